import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { lstat, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { LetheError, reasonOf } from '../../model/error.ts'
import { withinBudget } from '../budget.ts'
import { errnoOf } from '../denial.ts'
import { Ledger } from '../ledger.ts'
import { scanName } from '../names.ts'
import { ownPaths } from '../own-paths.ts'
import type { DeploymentProcesses } from '../processes/deployment-processes.ts'
import type { ProcessEntry } from '../processes/process-table.ts'
import { type Emit, sighted } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { type CoreDumps, coreDumps } from './dumps/core-pattern.ts'
import { sayOfCores } from './dumps/core-remark.ts'
import { type DumpFile, dumpFilesIn } from './dumps/dump-files.ts'
import { type DumpFolder, dumpFoldersOf, RUNTIME_NAMES } from './dumps/dump-folders.ts'
import { scanFile } from './file-scan.ts'

const SCAN_WITHIN_MS = 10 * 60_000
/** The clock of a file system may lag behind by a tick, or by that of another machine. */
const CLOCK_SLACK_MS = 2000
const EVERYTHING: readonly RegExp[] = [/^.*$/s]
const ENDED = ['ENOENT', 'ESRCH', 'ENOTDIR']

/**
 * Core dumps and what runtimes dump (heap snapshots, crash reports), made since the run began: where the kernel sends cores, in the
 * working and temporary folders of the deployment's processes, where their options say, and in the folders that are declared.
 *
 * The control is a dump of Lethe's own, a file called `core.lethe-…` in each of these folders.
 *
 * @throws LetheError CONFIG_INVALID where neither processes nor folders are known
 */
export function dumpsSink(
  declaration: DeclarationOf<'disk-dumps'>,
  { processes }: { readonly processes: DeploymentProcesses | null },
  kernel: () => Promise<CoreDumps | null> = coreDumps,
): Sink {
  if (processes === null && declaration.paths.length === 0) {
    throw new LetheError(
      'CONFIG_INVALID',
      'The sink disk-dumps looks where processes of the deployment would dump, and nobody told which they are.',
      'Name them in deployment.pids, or the folders in paths of this sink.',
    )
  }
  return {
    id: `disk:${declaration.name ?? 'dumps'}`,
    medium: 'disk',
    tier: process.getuid?.() === 0 ? 'T1' : 'T0',
    blindTo: 'dumps that a program itself writes elsewhere or under a name of its own, or sends away',
    opens: 'before-traffic',
    open: async context => new OpenDumps(declaration.paths, processes, context, await kernel()),
  }
}

interface PlacedControl {
  readonly path: string
  readonly inode: string
}

class OpenDumps implements OpenSink {
  readonly #processes: DeploymentProcesses | null
  readonly #context: SinkContext
  readonly #kernel: CoreDumps | null
  readonly #since: number
  readonly #folders = new Map<string, DumpFolder>()
  /** by folder: where the control lies, or why none could be put there */
  readonly #controls = new Map<string, PlacedControl | { readonly reason: string }>()
  readonly #gaps = new Ledger()
  #hasSeenOne = false
  #control: Canary | null = null

  constructor(
    paths: readonly string[],
    processes: DeploymentProcesses | null,
    context: SinkContext,
    kernel: CoreDumps | null,
  ) {
    this.#processes = processes
    this.#context = context
    this.#kernel = kernel
    this.#since = context.now().getTime() - CLOCK_SLACK_MS
    for (const path of paths)
      this.#add({ path, names: [...RUNTIME_NAMES, ...this.#coreNames], because: 'declared', mustBeThere: true })
    for (const [index, path] of this.#collected.entries()) {
      // The first is where every version of the program keeps them.
      const first = index === 0 ? { mustBeThere: true as const } : {}
      this.#add({ path, names: EVERYTHING, because: 'core_pattern', ...first })
    }
    if (kernel?.kind === 'file' && kernel.folder !== null) {
      this.#add({ path: kernel.folder, names: [...RUNTIME_NAMES, kernel.name], because: 'core_pattern' })
    }
  }

  async plant(control: Canary): Promise<void> {
    this.#control = control
    await this.#discover()
    const controls = [...this.#controls.values()]
    if (controls.some(one => 'path' in one)) return
    const [first] = controls
    throw new LetheError(
      'SINK_DENIED',
      `Cannot plant the control: ${first === undefined || !('reason' in first) ? 'no folder for dumps is known' : first.reason}.`,
      'Let Lethe create a file in a folder where the deployment would dump, or declare one in paths.',
    )
  }

  /** The dumps that there are, by size and time. */
  async pulse(): Promise<string> {
    await this.#discover()
    const hash = createHash('sha256')
    for (const folder of this.#folders.values()) {
      for (const { path, stats } of await this.#files(folder, new Ledger()))
        hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`)
    }
    return hash.digest('hex')
  }

  async scan(emit: Emit): Promise<Coverage> {
    const ledger = new Ledger()
    const budget = { within: SCAN_WITHIN_MS, signal: this.#context.signal }
    const cut = await withinBudget(budget, async signal => {
      await this.#discover()
      await sayOfCores(this.#kernel, this.#processes?.members() ?? [], ledger)
      const found = await this.#scanned(ledger, signal, emit)
      this.#sayOfControls(ledger, found)
    })
    if (cut !== null) ledger.incomplete('dumps', cut)
    const { incomplete, ...coverage } = ledger.coverage()
    return { ...coverage, incomplete: [...incomplete, ...this.#gaps.coverage().incomplete] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const control of this.#controls.values())
      if ('path' in control) await rm(control.path, { force: true }).catch(() => {})
    this.#controls.clear()
    this.#control = null
  }

  get #coreNames(): RegExp[] {
    return this.#kernel?.kind === 'file' ? [this.#kernel.name] : []
  }

  /** Where a program keeps the dumps that the kernel gives it. */
  get #collected(): readonly string[] {
    return this.#kernel?.kind === 'program' ? (this.#kernel.folders ?? []) : []
  }

  #add(folder: DumpFolder): void {
    const known = this.#folders.get(folder.path)
    const names = known === undefined ? folder.names : [...new Set([...known.names, ...folder.names])]
    this.#folders.set(folder.path, { ...(known ?? folder), names })
  }

  /** Folders of processes that came since, each with its control. */
  async #discover(): Promise<void> {
    const core = this.#kernel?.kind === 'file' && this.#kernel.folder === null ? [this.#kernel.name] : []
    for (const entry of this.#processes?.members() ?? []) {
      this.#hasSeenOne = true
      await this.#discoverOf(entry, core)
    }
    for (const path of this.#folders.keys()) await this.#plantIn(path)
  }

  async #discoverOf(entry: ProcessEntry, core: readonly RegExp[]): Promise<void> {
    try {
      for (const folder of await dumpFoldersOf(entry, core)) this.#add(folder)
    } catch (error) {
      if (ENDED.includes(errnoOf(error) ?? '')) return
      this.#gaps.incomplete(`dump folders of ${entry.name}`, `${reasonOf(error)}; root may look, or the same user`)
    }
  }

  async #plantIn(folder: string): Promise<void> {
    if (this.#control === null || this.#controls.has(folder)) return
    const mark = createHash('sha256').update(this.#control.id).digest('hex').slice(0, 8)
    const path = join(folder, `core.lethe-${mark}`)
    try {
      await writeFile(path, `${this.#control.text}\n`, { mode: 0o600, flag: 'wx' })
      this.#controls.set(folder, { path, inode: inodeOf(await lstat(path)) })
    } catch (error) {
      // The same folder by another name holds it already; into one that is not there or read-only nobody can dump.
      if (!['EEXIST', 'EROFS', ...ENDED].includes(errnoOf(error) ?? ''))
        this.#controls.set(folder, { reason: reasonOf(error) })
    }
  }

  async #files(folder: DumpFolder, ledger: Ledger): Promise<DumpFile[]> {
    const isDeep = this.#collected.includes(folder.path)
    const isOwn = ownPaths(this.#context.own)
    const files = await dumpFilesIn(folder, { since: this.#since, ledger, isDeep })
    return files.filter(({ path }) => !isOwn(path.toString()))
  }

  /** @returns the files in which the control was found, by inode */
  async #scanned(ledger: Ledger, signal: AbortSignal, emit: Emit): Promise<ReadonlySet<string>> {
    const seen = new Set<string>()
    const controls = new Set<string>()
    for (const folder of this.#folders.values()) {
      for (const file of await this.#files(folder, ledger)) {
        const inode = inodeOf(file.stats)
        if (signal.aborted || seen.has(inode)) continue
        seen.add(inode)
        await this.#file(file, ledger, signal, sighting => {
          if (sighting.canary === this.#control?.id) controls.add(inode)
          emit(sighting)
        })
      }
    }
    return controls
  }

  async #file(file: DumpFile, ledger: Ledger, signal: AbortSignal, emit: Emit): Promise<void> {
    const { scanner } = this.#context
    const { shown, hits } = await scanName(scanner, file.path)
    for (const hit of hits) emit(sighted(hit, { kind: 'name', path: shown }))
    const place = { kind: 'file', path: shown } as const
    const { reading, gaps } = await scanFile(file.path, { scanner, place, emit, signal })
    for (const gap of gaps) ledger.incomplete(shown, gap)
    if (reading.kind === 'denied' || reading.kind === 'cut') ledger.incomplete(shown, reading.reason)
    if (!('bytes' in reading)) return
    ledger.bytes += reading.bytes
    ledger.items += 1
  }

  #sayOfControls(ledger: Ledger, found: ReadonlySet<string>): void {
    if (this.#processes !== null && !this.#hasSeenOne)
      ledger.incomplete('processes', 'none of the deployment was ever seen')
    for (const [folder, control] of this.#controls) {
      if ('reason' in control) ledger.incomplete(folder, `no control could be put there: ${control.reason}`)
      else if (!found.has(control.inode)) ledger.incomplete(folder, 'the control that was put there was not found')
    }
  }
}

function inodeOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`
}
