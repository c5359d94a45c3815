import { randomBytes, randomUUID } from 'node:crypto'
import { realpath, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { LetheError } from '../../model/error.ts'
import { withinBudget } from '../budget.ts'
import { pathError } from '../denial.ts'
import { Ledger } from '../ledger.ts'
import { ownPaths } from '../own-paths.ts'
import type { DeploymentProcesses } from '../processes/deployment-processes.ts'
import type { Emit } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import type { Refusal, WriteChannel } from './writes/channel.ts'
import { openChokidar } from './writes/chokidar-channel.ts'
import { ControlFile, type Launch } from './writes/control-file.ts'
import { openFanotify } from './writes/fanotify-channel.ts'
import { openStrace } from './writes/strace-channel.ts'
import { WrittenScan } from './writes/written-scan.ts'

type Declaration = DeclarationOf<'disk-writes'>

export interface WritesEnvironment {
  readonly launch: Launch | null
  readonly processes: DeploymentProcesses | null
}

const SCAN_WITHIN_MS = 2 * 60_000
/** watched too where they are file systems of their own */
const USUAL_PATHS = [tmpdir(), '/tmp', '/dev/shm']
const ORDER = ['fanotify', 'strace', 'chokidar'] as const

/**
 * What the deployment writes to disk, seen while it is written: also what is gone an instant later. By the first of three
 * ways that works from here, unless one is declared; each says what it cannot see.
 *
 * The control is a file in the first path, unlinked as soon as the channel allows.
 */
export function writesSink(declaration: Declaration, environment: WritesEnvironment): Sink {
  return {
    id: `disk:${declaration.name ?? 'writes'}`,
    medium: 'disk',
    tier: 'T0',
    blindTo: 'everything, until it is opened',
    opens: 'before-start',
    open: async context => {
      const folders = await Promise.all(declaration.paths.map(present))
      // A name of its own, since two of these sinks may be declared.
      const mark = { variable: `LETHE_WRITES_${randomBytes(4).toString('hex')}`, value: randomUUID() }
      environment.launch?.setVariable(mark.variable, mark.value)
      // Where nobody told whose writes count, strangers' do: what of theirs cannot be read must not spoil every run.
      const isBelow = ownPaths(folders)
      const scan = new WrittenScan(context, path => environment.processes !== null || isBelow(path))
      const opened = await openFirst({ declaration, environment, context, folders, mark, scan })
      return new OpenWrites({
        ...opened,
        scan,
        context,
        folder: folders[0] ?? tmpdir(),
        mark,
        launch: environment.launch,
      })
    },
  }
}

async function present(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    throw pathError(error, path, 'Name folders that are there before the deployment starts, such as ${work}.')
  }
}

interface Opening {
  readonly declaration: Declaration
  readonly environment: WritesEnvironment
  readonly context: SinkContext
  readonly folders: readonly string[]
  readonly mark: { readonly variable: string; readonly value: string }
  readonly scan: WrittenScan
}

interface Opened {
  readonly channel: WriteChannel
  /** the better ways, and why they were refused */
  readonly refused: readonly { readonly name: string; readonly refusal: Refusal }[]
}

/** @throws LetheError SINK_DENIED where none works, or the declared one does not */
async function openFirst(opening: Opening): Promise<Opened> {
  const { channel } = opening.declaration
  const refused: { name: string; refusal: Refusal }[] = []
  for (const name of channel === 'auto' ? ORDER : [channel]) {
    const opened = await openBy(name, opening)
    if (!('reason' in opened)) return { channel: opened, refused }
    refused.push({ name, refusal: opened })
  }
  const reasons = refused.map(({ refusal }) => refusal.reason).join('; ')
  throw new LetheError('SINK_DENIED', `What is written cannot be seen: ${reasons}.`, refused[0]?.refusal.mend ?? '')
}

async function openBy(name: (typeof ORDER)[number], opening: Opening): Promise<WriteChannel | Refusal> {
  const { context, scan, folders, mark, environment, declaration } = opening
  switch (name) {
    case 'fanotify': {
      const members = (): ReturnType<DeploymentProcesses['members']> => environment.processes?.members() ?? []
      const everyone = environment.processes === null
      const paths = await oneOfEachFileSystem([...folders, ...USUAL_PATHS])
      // Others' temp folders are not slowed down for it.
      const deep = declaration.deep ? await oneOfEachFileSystem(folders) : []
      return openFanotify({
        context,
        scan,
        members,
        areDeclared: environment.launch === null && environment.processes !== null,
        setup: { paths, ownPaths: context.own, mark, everyone, deep, members: members() },
      })
    }
    case 'strace':
      return openStrace({ context, scan, launch: environment.launch })
    case 'chokidar':
      return openChokidar(folders, context)
  }
}

async function oneOfEachFileSystem(paths: readonly string[]): Promise<string[]> {
  const byDevice = new Map<number, string>()
  for (const path of paths) {
    const device = (await stat(path).catch(() => null))?.dev
    if (device !== undefined && !byDevice.has(device)) byDevice.set(device, path)
  }
  return [...byDevice.values()]
}

interface Parts extends Opened {
  readonly scan: WrittenScan
  readonly context: SinkContext
  readonly folder: string
  readonly mark: { readonly variable: string; readonly value: string }
  readonly launch: Launch | null
}

class OpenWrites implements OpenSink {
  readonly sight: OpenSink['sight'] & {}
  readonly #parts: Parts
  #control: ControlFile | null = null

  constructor(parts: Parts) {
    this.sight = parts.channel.sight
    this.#parts = parts
  }

  async plant(control: Canary): Promise<void> {
    const { folder, channel, launch, mark } = this.#parts
    this.#control = new ControlFile(folder, control, channel.holdSeconds)
    if (launch === null) await this.#control.plantNow(mark)
    else this.#control.plantAtStart(launch)
  }

  async pulse(): Promise<string> {
    return this.#parts.channel.pulse()
  }

  async scan(emit: Emit): Promise<Coverage> {
    const { channel, refused, scan, context } = this.#parts
    const ledger = new Ledger()
    const cut = await withinBudget({ within: SCAN_WITHIN_MS, signal: context.signal }, () => channel.flush())
    if (cut !== null) ledger.incomplete('writes', cut)
    scan.report(emit, ledger)
    channel.report(emit, ledger)
    for (const { name, refusal } of refused) ledger.skip(name, `${refusal.reason}. ${refusal.mend}`)
    return ledger.coverage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.channel[Symbol.asyncDispose]()
    await this.#control?.remove()
  }
}
