import { createHash } from 'node:crypto'
import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { LetheError, reasonOf } from '../../model/error.ts'
import { withinBudget } from '../budget.ts'
import { Ledger } from '../ledger.ts'
import { scanName } from '../names.ts'
import type { DeploymentProcesses } from '../processes/deployment-processes.ts'
import type { ProcessEntry } from '../processes/process-table.ts'
import { type Emit, sighted } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { type DeletedFile, deletedFilesOf } from './deleted/deleted-files.ts'
import { HeldFile } from './deleted/held-file.ts'
import { scanFile } from './file-scan.ts'

const SCAN_WITHIN_MS = 10 * 60_000
const MOST_FILES = 100_000
const MEND = 'Let Lethe create files in TMPDIR and start `cat`; without its control the sink is inconclusive.'

/** What the sink needs of the deployment; `wrapIn` where Lethe starts it. */
interface Held {
  readonly processes: DeploymentProcesses | null
  readonly launch: { wrapIn(command: readonly string[]): void } | null
}

/**
 * Files that were deleted and that a process of the deployment still holds, open or mapped: they lie on the disk, and no walk of
 * the tree meets them.
 *
 * The control is such a file. The deployment itself holds it where Lethe starts it; a process of Lethe's holds it everywhere, so
 * that sight is proven after the deployment's end too, when nothing of it can be held any more.
 *
 * @throws LetheError CONFIG_INVALID where nobody told which processes are the deployment's
 */
export function deletedSink(declaration: DeclarationOf<'disk-deleted'>, { processes, launch }: Held): Sink {
  if (processes === null) {
    throw new LetheError(
      'CONFIG_INVALID',
      'The sink disk-deleted looks into the processes of the deployment, and nobody told which they are.',
      'Name them in deployment.pids, or let Lethe start it by the process driver.',
    )
  }
  return {
    id: `disk:${declaration.name ?? 'deleted'}`,
    medium: 'disk',
    tier: process.getuid?.() === 0 ? 'T1' : 'T0',
    blindTo:
      'files that were closed again before a scan, and those that no descriptor of a process holds (registered with io_uring, on their way through a socket)',
    opens: 'before-start',
    open: async context => new OpenDeleted(context, processes, launch),
  }
}

class OpenDeleted implements OpenSink {
  readonly #context: SinkContext
  readonly #processes: DeploymentProcesses
  readonly #launch: Held['launch']
  #control: HeldFile | null = null
  #hasSeenOne = false

  constructor(context: SinkContext, processes: DeploymentProcesses, launch: Held['launch']) {
    this.#context = context
    this.#processes = processes
    this.#launch = launch
  }

  async plant(control: Canary): Promise<void> {
    const mark = createHash('sha256').update(control.id).digest('hex').slice(0, 8)
    try {
      this.#control = await HeldFile.create(`lethe-control-${mark}`, `${control.text}\n`)
    } catch (error) {
      throw new LetheError('SINK_DENIED', `Cannot plant the control: ${reasonOf(error)}.`, MEND, { cause: error })
    }
    this.#launch?.wrapIn(this.#control.wrapper)
  }

  /** The deleted files that are held, by inode, size and time of change. */
  async pulse(): Promise<string> {
    const hash = createHash('sha256')
    for (const entry of this.#processes.members()) {
      const files = await deletedFilesOf(entry, new Ledger())
      for (const { inode, size, changedAt } of files) hash.update(`${entry.pid} ${inode} ${size} ${changedAt}\n`)
    }
    return hash.digest('hex')
  }

  async scan(emit: Emit): Promise<Coverage> {
    const ledger = new Ledger()
    const cut = await withinBudget({ within: SCAN_WITHIN_MS, signal: this.#context.signal }, signal =>
      this.#scan(emit, ledger, signal),
    )
    if (cut !== null) ledger.incomplete('deleted files', cut)
    return ledger.coverage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const control = this.#control
    this.#control = null
    await control?.[Symbol.asyncDispose]()
  }

  async #scan(emit: Emit, ledger: Ledger, signal: AbortSignal): Promise<void> {
    const members = this.#processes.members()
    this.#hasSeenOne ||= members.length > 0
    if (!this.#hasSeenOne) ledger.incomplete('processes', 'none of the deployment was ever seen')
    else if (members.length === 0)
      ledger.skip('processes', 'the deployment has none any more: nothing of it can be held')
    const keeper = this.#control?.keeper ?? null
    const seen = new Set<string>()
    for (const entry of keeper === null ? members : [...members, keeper]) {
      for (const file of await deletedFilesOf(entry, ledger)) {
        if (signal.aborted) return
        if (seen.has(file.inode)) continue
        if (seen.size >= MOST_FILES)
          return ledger.incomplete(`${entry.name} (${entry.pid})`, `more than ${MOST_FILES} deleted files are held`)
        seen.add(file.inode)
        await this.#file(file, entry, { emit, ledger, signal })
      }
    }
  }

  async #file(
    file: DeletedFile,
    { pid, name }: ProcessEntry,
    { emit, ledger, signal }: { emit: Emit; ledger: Ledger; signal: AbortSignal },
  ): Promise<void> {
    const { scanner } = this.#context
    const { shown, hits } = await scanName(scanner, file.name)
    const path = `${shown} (deleted)`
    for (const hit of hits) emit(sighted(hit, { kind: 'name', path }))
    const place = { kind: 'file', path, by: { pid, name } } as const
    const { reading, gaps } = await scanFile(file.opens, { scanner, place, emit, signal, follow: 'magic' })
    const at = `${path}, held by ${name} (${pid})`
    for (const gap of gaps) ledger.incomplete(at, gap)
    if (reading.kind === 'denied' || reading.kind === 'cut') ledger.incomplete(at, reading.reason)
    if (reading.kind === 'vanished' || reading.kind === 'special') ledger.skip(at, 'was closed while it was scanned')
    if (!('bytes' in reading)) return
    ledger.bytes += reading.bytes
    ledger.items += 1
  }
}
