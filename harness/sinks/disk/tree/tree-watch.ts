import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { lstat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import { reasonOf } from '../../../model/error.ts'
import { withinBudget } from '../../budget.ts'
import { errnoOf } from '../../denial.ts'
import type { Ledger } from '../../ledger.ts'
import { scanName } from '../../names.ts'
import { ownPaths } from '../../own-paths.ts'
import { Seen } from '../../seen.ts'
import { type Emit, sighted } from '../../sighted.ts'
import type { SinkContext, SinkSighting } from '../../sink.ts'
import { scanFile } from '../file-scan.ts'
import { LiveFiles } from './live-files.ts'

const READY_WITHIN_MS = 30_000
const LARGE_BYTES = 256 * 1024
const REST_OF_LARGE_MS = 200

/**
 * Scans each file that is added to or changed in a tree, at once. Best effort by its nature: a file that is gone before
 * it could be opened was not seen, and is not said.
 */
export class TreeWatch {
  readonly #root: string
  readonly #context: SinkContext
  readonly #watcher: FSWatcher
  readonly #files: LiveFiles
  readonly #seen = new Seen()
  readonly #gaps = new Map<string, string>()
  readonly #keepsControl: boolean
  #events = 0
  #bytes = 0
  #items = 0

  private constructor(root: string, context: SinkContext, watcher: FSWatcher, keepsControl: boolean) {
    this.#root = root
    this.#keepsControl = keepsControl
    this.#context = context
    this.#watcher = watcher
    this.#files = new LiveFiles({
      look: path => this.#look(path),
      onOverflow: () => this.#gaps.set(root, 'more changed during traffic than could be followed'),
      signal: context.signal,
    })
    watcher.on('all', (event, path) => this.#onEvent(event, path))
    watcher.on('error', error => this.#onError(error))
  }

  /**
   * Returns once the watch stands, or after 30 s with a gap that each scan reports.
   * @param keepsControl a control is kept too: where no scan could find it by itself
   */
  static async start(root: string, context: SinkContext, keepsControl = false): Promise<TreeWatch> {
    const watcher = watch(root, {
      ignoreInitial: true,
      followSymlinks: false,
      atomic: false,
      ignorePermissionErrors: true,
      ignored: ownPaths(context.own),
    })
    const started = new TreeWatch(root, context, watcher, keepsControl)
    const cut = await withinBudget({ within: READY_WITHIN_MS, signal: context.signal }, async signal => {
      await once(watcher, 'ready', { signal }).catch(() => {})
    })
    if (cut !== null) started.#gaps.set(root, `not watched from the start of traffic on: ${cut}`)
    return started
  }

  get events(): number {
    return this.#events
  }

  /** of all that was read, as often as it was */
  get read(): { readonly bytes: number; readonly items: number } {
    return { bytes: this.#bytes, items: this.#items }
  }

  drained(): Promise<void> {
    return this.#files.drained()
  }

  report(emit: Emit, ledger: Ledger): void {
    this.#seen.replay(emit)
    for (const [path, reason] of this.#gaps) ledger.incomplete(path, reason)
    if (this.#seen.lost > 0) ledger.incomplete(this.#root, `${this.#seen.lost} sightings during traffic were not kept`)
  }

  async close(): Promise<void> {
    await this.#watcher.close()
    await this.#files.drained()
  }

  #onEvent(event: string, path: string): void {
    this.#events += 1
    if (event === 'add' || event === 'change' || event === 'addDir') this.#files.changed(path)
  }

  /** Returns how long to leave the path alone: a large file that grows is not read again at every write. */
  async #look(path: string): Promise<number> {
    const shown = await this.#lookAtName(path)
    const stats = await lstat(path).catch(() => null)
    if (!stats?.isFile()) return 0
    const { scanner, signal } = this.#context
    const place = { kind: 'file', path: shown } as const
    const { reading } = await scanFile(path, { scanner, place, signal, emit: sighting => this.#keep(sighting) })
    if (!('bytes' in reading)) return 0
    this.#bytes += reading.bytes
    this.#items += 1
    return reading.bytes > LARGE_BYTES ? REST_OF_LARGE_MS : 0
  }

  async #lookAtName(path: string): Promise<string> {
    const below = relative(this.#root, path)
    const { shown, hits } = await scanName(this.#context.scanner, below)
    const place = { kind: 'name', path: join(this.#root, shown) } as const
    const lastPart = Buffer.byteLength(below) - Buffer.byteLength(basename(path))
    for (const hit of hits) {
      if (hit.offset >= lastPart) this.#keep(sighted({ ...hit, offset: hit.offset - lastPart }, place))
    }
    return place.path
  }

  /** The control is for each scan to find by itself, where it can. */
  #keep(sighting: SinkSighting): void {
    if (sighting.role !== 'control' || this.#keepsControl) this.#seen.add({ ...sighting, scan: 'during-traffic' })
  }

  #onError(error: unknown): void {
    const mend = errnoOf(error) === 'ENOSPC' ? ' (raise fs.inotify.max_user_watches)' : ''
    this.#gaps.set(this.#root, `not watched in full during traffic: ${reasonOf(error)}${mend}`)
  }
}
