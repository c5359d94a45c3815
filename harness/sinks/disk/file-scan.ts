import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { Place } from '../../model/sighting.ts'
import type { Scanner } from '../../scan/scan.ts'
import { type Emit, scanAt } from '../sighted.ts'
import { type ByteTarget, type FileReading, readPart, readToEnd, withFile } from './file.ts'
import { dataExtents, type Extent, LEAST_HOLE_BYTES } from './raw/extents.ts'

interface FileScanOptions {
  readonly scanner: Scanner
  readonly place: Place
  readonly emit: Emit
  readonly signal: AbortSignal
  /** `magic`: the path is a link of /proc/PID/fd, which leads to the open file itself */
  readonly follow?: 'never' | 'magic'
}

/** How the scan of a file went; `gaps` says what of its content the scanner did not see. */
export interface FileScan {
  readonly reading: FileReading
  readonly gaps: readonly string[]
}

/**
 * Scans a regular file. The large holes of a sparse one are not read: what lies behind one is a stream of its own, its
 * offsets those of the file. Never throws for what the file is or does.
 */
export async function scanFile(path: Uint8Array | string, options: FileScanOptions): Promise<FileScan> {
  const scan = new OneFileScan(options)
  const reading = await withFile(path, options.follow ?? 'never', (handle, stats) => scan.file(handle, stats))
  return { reading, gaps: [...scan.gaps] }
}

class OneFileScan {
  readonly gaps = new Set<string>()
  readonly #options: FileScanOptions
  #bytes = 0

  constructor(options: FileScanOptions) {
    this.#options = options
  }

  async file(handle: FileHandle, stats: Stats): Promise<FileReading> {
    return isSparse(stats) ? this.#extents(handle, stats.size) : this.#rest(handle, 0, stats.size)
  }

  async #extents(handle: FileHandle, size: number): Promise<FileReading> {
    for await (const extent of dataExtents(handle, size)) {
      if (extent.end === size) return this.#rest(handle, extent.start, size)
      const reading = await this.#stream(extent.start, target => readPart(handle, target, this.#part(extent)))
      if (reading.kind !== 'read') return reading
    }
    // It ends in a hole, behind which something may have been added.
    return this.#rest(handle, size, size)
  }

  #part({ start, end }: Extent): { from: number; to: number; signal: AbortSignal } {
    return { from: start, to: end, signal: this.#options.signal }
  }

  #rest(handle: FileHandle, from: number, size: number): Promise<FileReading> {
    const { signal } = this.#options
    return this.#stream(from, target => readToEnd(handle, target, { from, size, signal }))
  }

  /** Scans one stream; `bytes` of the reading are those of the file so far. */
  async #stream(start: number, read: (target: ByteTarget) => Promise<FileReading>): Promise<FileReading> {
    const { scanner, place, emit } = this.#options
    const stream = scanAt(scanner, place, sighting => emit({ ...sighting, offset: sighting.offset + start }))
    const reading = await read(stream)
    for (const gap of (await stream.end()).incomplete)
      this.gaps.add(start === 0 ? gap : `from offset ${start} on: ${gap}`)
    if (!('bytes' in reading)) return reading
    this.#bytes += reading.bytes
    return { ...reading, bytes: this.#bytes }
  }
}

function isSparse({ size, blocks }: Stats): boolean {
  return size - blocks * 512 >= LEAST_HOLE_BYTES
}
