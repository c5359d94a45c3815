import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { milliseconds } from '../../model/duration.ts'
import { LetheError, reasonOf } from '../../model/error.ts'
import type { Config } from '../config.ts'
import type { Driver } from '../driver.ts'
import { ForensicDisk } from '../forensic-disk.ts'
import { freePort } from '../free-port.ts'
import type { Launch } from '../launch.ts'
import { fill, type Placeholders } from '../placeholders.ts'
import { untilReady } from '../ready.ts'
import type { Stdio } from '../stdio.ts'

type Declared = Extract<Config['deployment'], { driver: 'process' }>

/** Writes the planted lines to the descriptors that the program will have, then becomes the program. */
const LAUNCHER = '[ -z "$1" ] || printf "%s\\n" "$1"; [ -z "$2" ] || printf "%s\\n" "$2" >&2; shift 2; exec "$@"'
const LAST_WORDS_BYTES = 600
/** From SIGKILL to the end of the output. */
const CLOSE_MS = 2000

/** A command that Lethe starts in a fresh folder (mode 0700) with HOME and TMPDIR of its own, and stops. */
export class ProcessDriver implements Driver {
  readonly name = 'process'
  readonly #declared: Declared
  readonly #stdio: Stdio
  readonly #launch: Launch
  readonly #signal: AbortSignal
  #root: string | null = null
  #disk: ForensicDisk | null = null
  #child: ChildProcess | null = null
  #closed: Promise<unknown> = Promise.resolve()
  /** we are ending it, or have ended it */
  #ending = false
  #lastWords = ''

  constructor(declared: Declared, stdio: Stdio, launch: Launch, signal: AbortSignal) {
    this.#declared = declared
    this.#stdio = stdio
    this.#launch = launch
    this.#signal = signal
  }

  async prepare(): Promise<Placeholders> {
    const { disk, diskMiB } = this.#declared
    this.#disk = disk === 'forensic' ? await ForensicDisk.create(diskMiB) : null
    const root = this.#disk?.root ?? (await mkdtemp(join(tmpdir(), 'lethe-deployment-')))
    this.#root = root
    const folders = { work: join(root, 'work'), home: join(root, 'home'), tmp: join(root, 'tmp') }
    for (const folder of Object.values(folders)) await mkdir(folder)
    const image = this.#disk === null ? {} : { disk: this.#disk.image }
    return { port: String(await freePort()), ...folders, ...image }
  }

  async start(placeholders: Placeholders): Promise<void> {
    const { command, env, files, cwd, baseUrl, ready } = fill(this.#declared, placeholders)
    if (this.#child === null) await this.#writeFiles(files)
    this.#ending = false
    this.#lastWords = ''
    this.#child = this.#spawn(this.#launch.wrapped(command), {
      cwd: cwd ?? placeholders.work ?? '.',
      env: {
        PATH: process.env.PATH,
        HOME: placeholders.home,
        TMPDIR: placeholders.tmp,
        ...env,
        ...this.#launch.environment(),
      },
    })
    this.#disk?.inUseBy(this.#child.pid ?? null)
    await untilReady(new URL(ready.path, baseUrl), {
      within: milliseconds(ready.within),
      signal: this.#signal,
      ended: () => this.incident(),
    }).catch(error => {
      throw this.#withLastWords(error)
    })
  }

  incident(): string | null {
    if (this.#child === null || this.#ending) return null
    const { exitCode, signalCode } = this.#child
    if (signalCode !== null) return `was ended by ${signalCode}`
    return exitCode === null ? null : `exited with code ${exitCode}`
  }

  roots(): readonly number[] {
    return this.#child?.pid === undefined ? [] : [this.#child.pid]
  }

  readonly crash = async (signal: NodeJS.Signals, pids: () => readonly number[]): Promise<void> => {
    const child = this.#child
    if (child?.pid === undefined || this.#ending) return
    this.#ending = true
    for (const pid of pids()) send(pid, signal)
    await this.#closedWithin(milliseconds(this.#declared.stopWithin))
    // Whoever left the group may still hold the port, or what the next start needs.
    for (const pid of pids()) send(pid, 'SIGKILL')
    await this.#endGroup(child.pid)
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined || this.#ending) return
    this.#ending = true
    send(-child.pid, 'SIGTERM')
    await this.#closedWithin(milliseconds(this.#declared.stopWithin))
    await this.#endGroup(child.pid)
    this.#disk?.inUseBy(null)
  }

  async clean(): Promise<void> {
    if (this.#disk !== null) await this.#disk[Symbol.asyncDispose]()
    else if (this.#root !== null) await rm(this.#root, { recursive: true, force: true, maxRetries: 3 })
  }

  async #endGroup(leader: number): Promise<void> {
    send(-leader, 'SIGKILL')
    await this.#closedWithin(CLOSE_MS)
  }

  /** Waits until the process has ended and its last output has come: whoever left the group may hold that open for ever. */
  async #closedWithin(ms: number): Promise<void> {
    await Promise.race([this.#closed, sleep(ms, undefined, { ref: false })])
  }

  /** A process group of its own, so that its children end with it and Ctrl-C reaches it through `stop` alone. */
  #spawn(command: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): ChildProcess {
    // Controls are written once, however often it is started.
    const isFirst = this.#child === null
    const planted = (['stdout', 'stderr'] as const).map(stream => (isFirst ? this.#stdio.planted(stream) : ''))
    const child = spawn('/bin/sh', ['-c', LAUNCHER, 'lethe-launcher', ...planted, ...command], {
      ...options,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#closed = once(child, 'close').catch(() => {})
    child.on('error', error => {
      this.#lastWords = reasonOf(error)
    })
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('data', (chunk: Buffer) => {
        if (stream === 'stderr') this.#lastWords = (this.#lastWords + chunk).slice(-LAST_WORDS_BYTES)
        this.#stdio.feed(stream, chunk)
      })
      child[stream]?.once('close', () => this.#stdio.end(stream))
    }
    return child
  }

  async #writeFiles(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const root = this.#root ?? '.'
      const path = resolve(root, name)
      if (!path.startsWith(root + sep)) {
        throw new LetheError(
          'CONFIG_INVALID',
          `deployment.files names ${name}, outside the fresh folder.`,
          'Write a path below it, such as home/config.json.',
        )
      }
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, content)
    }
  }

  #withLastWords(error: unknown): unknown {
    if (!(error instanceof LetheError) || this.#lastWords.trim() === '') return error
    return new LetheError(
      error.code,
      `${error.message} Its last words on stderr: ${reasonOf(this.#lastWords)}`,
      error.mend,
      { cause: error },
    )
  }
}

/**
 * @param target a pid, or that of a group's leader with a minus. One that has ended gets nothing; nor does one that is
 * another user's, which then shows when its port or its files are still held
 */
function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH' && !(code === 'EPERM' && target > 0)) throw error
  }
}
