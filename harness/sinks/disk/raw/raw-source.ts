import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open, realpath, stat, statfs } from 'node:fs/promises'
import { LetheError, reasonOf } from '../../../model/error.ts'
import type { Scanner, ScanStream } from '../../../scan/scan.ts'
import { errnoOf, pathError } from '../../denial.ts'
import { type Emit, scanAt } from '../../sighted.ts'
import { alignedMemory } from './aligned-memory.ts'
import { dataExtents, type Extent } from './extents.ts'

/** One read: a multiple of any sector. */
const CHUNK_BYTES = 1024 * 1024
/** As large as any. */
const SECTOR_BYTES = 4096
const MOST_BAD_CHUNKS = 100
/** tmpfs and ramfs (statfs(2)): what they hold is the page cache, so nothing lies behind it. */
const IN_MEMORY = [0x01021994, 0x858458f6]

const MEND = 'Run Lethe as root, or as a user of the group that may read the device (often disk).'

export interface RawScanOptions {
  readonly scanner: Scanner
  readonly emit: Emit
  readonly signal: AbortSignal
}

/** What a scan of a source came to. Offsets in `damaged` and `gaps` are those of the source. */
export interface RawScan {
  readonly bytes: number
  /** containers that break off: on a device also those of which only pieces are left */
  readonly damaged: readonly string[]
  readonly gaps: readonly string[]
}

/**
 * A block device, an image of one or a swap file, read past the page cache, whose pages may be older or newer than what is on the
 * medium (O_DIRECT, open(2)).
 */
export class RawSource implements AsyncDisposable {
  readonly path: string
  readonly stats: BigIntStats
  readonly #handle: FileHandle
  /** why it is read through the page cache all the same, or null */
  readonly #cached: string | null

  private constructor(path: string, stats: BigIntStats, handle: FileHandle, cached: string | null) {
    this.path = path
    this.stats = stats
    this.#handle = handle
    this.#cached = cached
  }

  /** @throws LetheError SINK_DENIED, SINK_UNREACHABLE */
  static async open(declared: string): Promise<RawSource> {
    try {
      const path = await realpath(declared)
      const stats = await stat(path, { bigint: true })
      if (!stats.isBlockDevice() && !stats.isFile()) {
        throw new LetheError(
          'SINK_UNREACHABLE',
          `${declared} is neither a block device nor a file.`,
          'Name one of the two; `lsblk` lists block devices.',
        )
      }
      return await RawSource.#opened(path, stats)
    } catch (error) {
      throw error instanceof LetheError ? error : pathError(error, declared, MEND)
    }
  }

  static async #opened(path: string, stats: BigIntStats): Promise<RawSource> {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK
    try {
      return new RawSource(path, stats, await open(path, flags | constants.O_DIRECT), null)
    } catch (error) {
      if (errnoOf(error) !== 'EINVAL') throw error
      const isInMemory = IN_MEMORY.includes((await statfs(path)).type)
      const cached = isInMemory ? null : 'its file system has no direct reading: what the page cache hides was not seen'
      return new RawSource(path, stats, await open(path, flags), cached)
    }
  }

  /** Scans it from the beginning to the end, holes of an image left out, or parts of it; never throws for what it holds. */
  async scan(options: RawScanOptions, extents?: readonly Extent[]): Promise<RawScan> {
    const pass = new RawPass(this.path, this.#handle, options)
    if (this.#cached !== null) pass.gaps.add(this.#cached)
    for await (const extent of extents ?? this.#extents()) await pass.extent(extent)
    return { bytes: pass.bytes, damaged: [...pass.damaged], gaps: [...pass.gaps] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  /** A device ends where nothing can be read any more. */
  async *#extents(): AsyncGenerator<Extent> {
    if (this.stats.isBlockDevice()) yield { start: 0, end: Number.POSITIVE_INFINITY }
    else yield* dataExtents(this.#handle, (await this.#handle.stat()).size)
  }
}

/** One pass over a source: a stream for each part that can be read in one piece. */
class RawPass {
  bytes = 0
  readonly damaged = new Set<string>()
  readonly gaps = new Set<string>()
  readonly #path: string
  readonly #handle: FileHandle
  readonly #options: RawScanOptions
  readonly #chunk = alignedMemory(CHUNK_BYTES)
  #bad = 0

  constructor(path: string, handle: FileHandle, options: RawScanOptions) {
    this.#path = path
    this.#handle = handle
    this.#options = options
  }

  async extent({ start, end }: Extent): Promise<void> {
    // Some file systems tell of data to the byte, and direct reading wants whole sectors.
    for (let at = start - (start % SECTOR_BYTES); at < end; ) {
      if (this.#options.signal.aborted) return this.#cut(at)
      if (this.#bad > MOST_BAD_CHUNKS)
        return void this.gaps.add(`not read from offset ${at} on: more than ${MOST_BAD_CHUNKS} places cannot be read`)
      at = await this.#stream(at, end)
    }
  }

  /** Scans from `start` on until the end, or until something cannot be read. @returns where to go on */
  async #stream(start: number, end: number): Promise<number> {
    const { scanner, emit, signal } = this.#options
    const place = { kind: 'device', path: this.#path } as const
    const stream = scanAt(scanner, place, sighting => emit({ ...sighting, offset: sighting.offset + start }))
    let at = start
    try {
      while (at < end && !signal.aborted) {
        const read = await this.#read(at, end)
        if (read === 'bad') return at + CHUNK_BYTES
        if (read.length === 0) return end
        await stream.push(read)
        this.bytes += read.length
        at += read.length
      }
      return at
    } finally {
      await this.#end(stream, start)
    }
  }

  async #read(at: number, end: number): Promise<Uint8Array | 'bad'> {
    try {
      const { bytesRead } = await this.#handle.read(this.#chunk, 0, CHUNK_BYTES, at)
      return this.#chunk.subarray(0, Math.min(bytesRead, end - at))
    } catch (error) {
      this.#bad += 1
      this.gaps.add(`bytes ${at} to ${at + CHUNK_BYTES} could not be read: ${reasonOf(error)}`)
      return 'bad'
    }
  }

  async #end(stream: ScanStream, start: number): Promise<void> {
    for (const reason of (await stream.end()).incomplete) {
      const said = reason.replace(/\bat offset (\d+)/, (_, offset: string) => `at offset ${start + Number(offset)}`)
      if (/\bat offset \d+: .*\bis damaged\b/.test(reason)) this.damaged.add(said)
      else this.gaps.add(said)
    }
  }

  #cut(at: number): void {
    this.gaps.add(`not read from offset ${at} on: the time was up, or the run was interrupted`)
  }
}
