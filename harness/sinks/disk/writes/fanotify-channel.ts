import { Buffer } from 'node:buffer'
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '../../../model/error.ts'
import { withinBudget } from '../../budget.ts'
import type { Ledger } from '../../ledger.ts'
import { scanName } from '../../names.ts'
import type { Emit } from '../../sighted.ts'
import type { SinkContext } from '../../sink.ts'
import type { Refusal, WriteChannel } from './channel.ts'
import { type FirstReport, type Member, type Order, type Report, type WatchSetup, weightOf } from './messages.ts'
import type { Reading, WrittenScan } from './written-scan.ts'

/** Built, it stands beside this file as JavaScript. */
const HOST = new URL(import.meta.url.endsWith('.ts') ? './watch-host.ts' : './watch-host.js', import.meta.url)
const START_MS = 20_000
const FLUSH_MS = 60_000
const END_MS = 2000

export interface FanotifyOptions {
  readonly context: SinkContext
  readonly scan: WrittenScan
  readonly setup: WatchSetup
  /** the deployment's processes as they are now */
  readonly members: () => readonly Member[]
  /** Lethe was told which they are, and does not start them: some must be there whenever it looks */
  readonly areDeclared: boolean
}

/** Everything that is written to a file system, at once, by fanotify(7) in a process of its own. */
export async function openFanotify(options: FanotifyOptions): Promise<WriteChannel | Refusal> {
  const host = forkHost()
  const first = await firstReport(host, options.setup)
  if (first.kind === 'watching') return new FanotifyChannel(host, options, first)
  await end(host)
  return refusal(first)
}

/** Why the file system of this folder cannot be watched from here, or null. Nothing stays watched. */
export async function fanotifyRefusal(folder: string): Promise<Refusal | null> {
  const host = forkHost()
  const mark = { variable: 'LETHE_WRITES', value: randomUUID() }
  const first = await firstReport(host, {
    paths: [folder],
    ownPaths: [],
    mark,
    everyone: false,
    deep: [],
    members: [],
  })
  await end(host)
  return first.kind === 'watching' ? null : refusal(first)
}

function forkHost(): ChildProcess {
  return fork(HOST, {
    // A group of its own: Ctrl-C reaches it through its parent alone, which first lets the run end.
    detached: true,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    env: {},
  })
}

/** Its first word, or why there is none. */
async function firstReport(host: ChildProcess, setup: WatchSetup): Promise<FirstReport> {
  const silent = (reason: string): FirstReport => ({ kind: 'refused', reason, denied: false })
  const said = Promise.withResolvers<FirstReport>()
  host.once('message', (report: FirstReport) => said.resolve(report))
  host.once('exit', code => said.resolve(silent(`the process that watches ended with code ${code}`)))
  host.once('error', error => said.resolve(silent(reasonOf(error))))
  tell(host, { kind: 'watch', setup })
  const late = sleep(START_MS, silent(`the process that watches did not start within ${START_MS / 1000} s`), {
    ref: false,
  })
  return Promise.race([said.promise, late])
}

function refusal({ reason, denied }: { reason: string; denied: boolean }): Refusal {
  const rights =
    'Run Lethe as root, or give it CAP_SYS_ADMIN and CAP_NET_ADMIN (in a container: --cap-add SYS_ADMIN --cap-add NET_ADMIN --pid=host).'
  const kernel =
    'Use Linux 5.1 or newer with CONFIG_FANOTIFY, a file system that fanotify can mark, and the optional part of koffi for this platform.'
  return { reason: `fanotify: ${reason}`, mend: denied ? rights : kernel }
}

function tell(host: ChildProcess, order: Order): void {
  if (host.connected) host.send(order, () => {})
}

async function end(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return
  const gone = once(host, 'exit').catch(() => {})
  if (host.connected) host.disconnect()
  const timer = setTimeout(() => host.kill('SIGKILL'), END_MS)
  await gone
  clearTimeout(timer)
}

type Watching = Extract<FirstReport, { kind: 'watching' }>

class FanotifyChannel implements WriteChannel {
  readonly sight: WriteChannel['sight']
  readonly holdSeconds = 0
  readonly #host: ChildProcess
  readonly #options: FanotifyOptions
  readonly #readings = new Map<number, Reading>()
  readonly #notes = new Map<string, string>()
  #queue: Promise<void> = Promise.resolve()
  #flushed: (() => void)[] = []
  #events = 0
  #ending = false

  constructor(host: ChildProcess, options: FanotifyOptions, first: Watching) {
    this.#host = host
    this.#options = options
    this.sight = { tier: 'T1', blindTo: blindTo(first) }
    for (const { path, reason } of first.gaps) options.scan.gapAt(path, reason)
    host.on('message', (report: Report) => this.#hear(report))
    host.on('exit', () => this.#onExit())
    // Lethe's exit must not wait for it: it ends when it is hung up on.
    host.unref()
    host.channel?.unref()
  }

  pulse(): string {
    return String(this.#events)
  }

  async flush(): Promise<void> {
    const { scan, context, areDeclared } = this.#options
    const members = this.#options.members()
    if (areDeclared && members.length === 0) scan.gap('none of the declared processes runs: whose writes count?')
    const flushed = new Promise<void>(resolve => this.#flushed.push(resolve))
    tell(this.#host, { kind: 'flush', members })
    if (!this.#host.connected) this.#onExit()
    const cut = await withinBudget({ within: FLUSH_MS, signal: context.signal }, () => flushed)
    if (cut !== null) scan.gap(`what was written last was not scanned: ${cut}`)
    await scan.flush()
  }

  report(_emit: Emit, ledger: Ledger): void {
    for (const [path, reason] of this.#notes) ledger.skip(path, reason)
    if (this.#options.setup.everyone) {
      ledger.skip('writes', 'nobody told which processes are the deployment’s (deployment.pids): all but Lethe’s count')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending = true
    await end(this.#host)
  }

  /** In order: what it says after a file comes after the scan of the file. */
  #hear(report: Report): void {
    this.#queue = this.#queue
      .then(() => this.#handle(report))
      .catch(error => this.#options.scan.gap(`something that was written was not scanned: ${reasonOf(error)}`))
      .then(() => tell(this.#host, { kind: 'taken', weight: weightOf(report) }))
  }

  async #handle(report: Report): Promise<void> {
    const { scan } = this.#options
    switch (report.kind) {
      case 'bytes':
        return this.#scan(report)
      case 'name':
        return void (await scan.name(report.file))
      case 'gap':
        if (report.path === null) scan.gap(report.reason)
        else scan.gapAt(await this.#shown(report.path), report.reason)
        return
      case 'note':
        return void this.#notes.set(await this.#shown(report.path), report.reason)
      case 'events':
        this.#events = report.count
        return
      case 'flushed':
        this.#flushed.shift()?.()
    }
  }

  async #scan({ reading, file, base, bytes, last }: Extract<Report, { kind: 'bytes' }>): Promise<void> {
    const open = file === null ? this.#readings.get(reading) : await this.#options.scan.read(file, base)
    if (open === undefined) return
    this.#readings.set(reading, open)
    if (bytes.length > 0) await open.push(bytes)
    if (!last) return
    this.#readings.delete(reading)
    await open.end()
  }

  async #shown(path: Uint8Array | null): Promise<string> {
    return path === null ? 'writes' : (await scanName(this.#options.context.scanner, Buffer.from(path))).shown
  }

  #onExit(): void {
    if (!this.#ending) this.#options.scan.gap('the process that watches ended before the run did')
    for (const flushed of this.#flushed.splice(0)) flushed()
  }
}

function blindTo({ forks, nameless, shallow }: Watching): string {
  return [
    ...whereOn('what is written and cut or overwritten again at once', shallow),
    ...whereOn('names of files that lived for a moment', nameless),
    'extended attributes and targets of links',
    'what others write for the deployment (journald, a database server)',
    ...(forks ? [] : ['what a process wrote that left the deployment before it was ever seen']),
  ].join(', ')
}

function whereOn(what: string, paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`${what} (on ${paths.map(mountPoint).join(', ')})`]
}

/** The highest folder above the path that is on the same device: the same in every run. */
function mountPoint(path: string): string {
  const above = dirname(path)
  const [here, there] = [path, above].map(folder => statSync(folder, { throwIfNoEntry: false })?.dev)
  return above === path || here === undefined || here !== there ? path : mountPoint(above)
}
