import { Buffer } from 'node:buffer'
import type { Stats } from 'node:fs'
import { lstat, opendir, readlink, statfs } from 'node:fs/promises'
import { sep } from 'node:path'
import { reasonOf } from '../../../model/error.ts'
import type { Scanner } from '../../../scan/scan.ts'
import { errnoOf } from '../../denial.ts'
import { Lanes } from '../../lanes.ts'
import type { Ledger } from '../../ledger.ts'
import { scanName } from '../../names.ts'
import { type Emit, scanAt, sighted } from '../../sighted.ts'
import { scanFile } from '../file-scan.ts'
import { ExtendedAttributes } from './extended-attributes.ts'

const MOST_ENTRIES = 2_000_000

/** File systems that the kernel makes up: nothing in them is at rest. */
const VIRTUAL: ReadonlyMap<number, string> = new Map([
  [0x9fa0, 'proc'],
  [0x62656572, 'sysfs'],
  [0x27e0eb, 'cgroup'],
  [0x63677270, 'cgroup2'],
  [0x64626720, 'debugfs'],
  [0x74726163, 'tracefs'],
  [0xcafe4a11, 'bpf'],
])

/** Names are bytes: `path` opens it, `shown` (without canaries) is what may be written down. */
interface Located {
  readonly path: Buffer
  readonly shown: string
}

interface Folder extends Located {
  /** device of the folder above, to notice a mount; null for the root */
  readonly above: number | null
}

export interface TreeScanOptions {
  readonly scanner: Scanner
  readonly emit: Emit
  readonly ledger: Ledger
  readonly isOwn: (path: string) => boolean
  readonly signal: AbortSignal
}

/**
 * Scans all that is in a folder tree now: content of regular files (hard links once, holes not at all), names and extended
 * attributes of everything, targets of symbolic links. Never follows a link, never opens a FIFO, a device or a socket. As many files at once as the scanner
 * has threads for; sightings of one file come in their order, those of several mixed.
 */
export class TreeScan {
  readonly #options: TreeScanOptions
  /** of files with several names: whether one of them was read whole */
  readonly #linked = new Map<string, Promise<boolean>>()
  readonly #folders: Folder[] = []
  readonly #lanes: Lanes
  /** null where this platform shows none */
  #extended: ExtendedAttributes | null = null
  #entries = 0

  constructor(options: TreeScanOptions) {
    this.#options = options
    this.#lanes = new Lanes(options.scanner.atOnce ?? 1)
  }

  async scan(root: string): Promise<void> {
    this.#extended = await ExtendedAttributes.open()
    await this.#entry({ path: Buffer.from(root), shown: root }, null)
    for (let folder = this.#folders.pop(); folder !== undefined; folder = this.#folders.pop()) {
      if (this.#stopped(folder.shown)) break
      await this.#folder(folder)
    }
    await this.#lanes.done()
  }

  #stopped(shown: string): boolean {
    const { ledger, signal } = this.#options
    if (signal.aborted) ledger.incomplete(shown, 'not looked at: the time was up, or the run was interrupted')
    else if (this.#entries >= MOST_ENTRIES) ledger.incomplete(shown, `not looked at: more than ${MOST_ENTRIES} entries`)
    else return false
    return true
  }

  async #folder({ path, shown, above }: Folder): Promise<void> {
    const { ledger } = this.#options
    try {
      const { dev } = await lstat(path)
      const virtual = dev === above ? undefined : VIRTUAL.get((await statfs(path)).type)
      if (virtual !== undefined) return ledger.skip(shown, `${virtual} holds nothing at rest`)
      // latin1 keeps every byte of a name, also of one that is no UTF-8
      for await (const { name } of await opendir(path, { encoding: 'latin1' })) {
        if (this.#stopped(shown)) return
        await this.#child({ path, shown }, Buffer.from(name, 'latin1'), dev)
      }
    } catch (error) {
      this.#unseen(shown, error)
    }
  }

  async #child(parent: Located, name: Buffer, dev: number): Promise<void> {
    const path = Buffer.concat([parent.path, Buffer.from(sep), name])
    if (this.#options.isOwn(path.toString())) {
      this.#options.ledger.skip(`${parent.shown}${sep}${name}`, 'is Lethe’s own')
      return
    }
    const scanned = await scanName(this.#options.scanner, name)
    const shown = `${parent.shown}${sep}${scanned.shown}`
    for (const hit of scanned.hits) this.#options.emit(sighted(hit, { kind: 'name', path: shown }))
    await this.#entry({ path, shown }, dev)
  }

  async #entry(at: Located, above: number | null): Promise<void> {
    this.#entries += 1
    try {
      const stats = await lstat(at.path)
      if (stats.isFile()) return await this.#lanes.begin(() => this.#file(at, stats))
      await this.#attributes(at)
      if (stats.isDirectory()) this.#folders.push({ ...at, above })
      else if (stats.isSymbolicLink()) await this.#link(at)
      else this.#options.ledger.skip(at.shown, `${kindOf(stats)}: holds no bytes at rest, not opened`)
    } catch (error) {
      this.#unseen(at.shown, error)
    }
  }

  async #file(at: Located, { dev, ino, nlink }: Stats): Promise<void> {
    if (nlink === 1) return void (await this.#content(at))
    const inode = `${dev}:${ino}`
    const earlier = this.#linked.get(inode)
    if (earlier !== undefined && (await earlier)) return
    const reading = this.#content(at)
    this.#linked.set(inode, reading)
    await reading
  }

  /** Whether the file was read whole. Never rejects. */
  async #content({ path, shown }: Located): Promise<boolean> {
    const { scanner, emit, ledger, signal } = this.#options
    try {
      const place = { kind: 'file', path: shown } as const
      const { reading, gaps } = await scanFile(path, { scanner, place, emit, signal })
      for (const reason of gaps) ledger.incomplete(shown, reason)
      if (reading.kind === 'denied' || reading.kind === 'cut') ledger.incomplete(shown, reading.reason)
      if (reading.kind === 'vanished' || reading.kind === 'special') ledger.skip(shown, reading.reason)
      if (!('bytes' in reading)) return false
      ledger.bytes += reading.bytes
      ledger.items += 1
      await this.#attributes({ path, shown })
      return reading.kind === 'read'
    } catch (error) {
      this.#unseen(shown, error)
      return false
    }
  }

  /** Never rejects. */
  async #attributes({ path, shown }: Located): Promise<void> {
    const { scanner, ledger, emit } = this.#options
    try {
      for (const { name, value, reason } of (await this.#extended?.of(path)) ?? []) {
        const scanned = await scanName(scanner, name)
        const at = `${shown} (attribute ${scanned.shown})`
        for (const hit of scanned.hits) emit(sighted(hit, { kind: 'name', path: at }))
        if (value === null) ledger.incomplete(at, reason ?? 'could not be read')
        else await this.#value(at, value)
      }
    } catch (error) {
      this.#unseen(`${shown} (its attributes)`, error)
    }
  }

  async #value(shown: string, value: Buffer): Promise<void> {
    const { scanner, ledger, emit } = this.#options
    const stream = scanAt(scanner, { kind: 'file', path: shown }, emit)
    await stream.push(value)
    for (const reason of (await stream.end()).incomplete) ledger.incomplete(shown, reason)
    ledger.bytes += value.length
  }

  async #link({ path, shown }: Located): Promise<void> {
    const target = await readlink(path, 'buffer')
    const { hits } = await scanName(this.#options.scanner, target)
    for (const hit of hits) this.#options.emit(sighted(hit, { kind: 'name', path: `${shown} → its target` }))
    this.#options.ledger.items += 1
  }

  #unseen(shown: string, error: unknown): void {
    const { ledger } = this.#options
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) ledger.skip(shown, 'vanished while it was scanned')
    else ledger.incomplete(shown, reasonOf(error))
  }
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a FIFO'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
