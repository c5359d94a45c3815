import type { FileHandle } from 'node:fs/promises'
import { errnoOf } from '../../denial.ts'
import { type Libc, libc } from '../../native/libc.ts'

/** lseek(2) */
const SEEK_DATA = 3
const SEEK_HOLE = 4

/** A shorter hole is read as the zeros that it is: what lies on both its sides stays together for the scan. */
export const LEAST_HOLE_BYTES = 1024 * 1024

/** Bytes of a file that were written; `end` is the first byte after them. */
export interface Extent {
  readonly start: number
  readonly end: number
}

/**
 * The parts of a file of `size` bytes that hold data, in their order, with holes of less than 1 MiB in them. The whole
 * file where its holes cannot be told.
 */
export async function* dataExtents(handle: FileHandle, size: number): AsyncGenerator<Extent> {
  const library = libc()
  if (library === null) return yield { start: 0, end: size }
  let extent = null as Extent | null
  for (let at = 0; at < size; ) {
    const start = await next(library, handle, at, SEEK_DATA)
    if (start === null) break
    if (start === 'unknown') return yield { start: extent?.start ?? at, end: size }
    const hole = await next(library, handle, start, SEEK_HOLE)
    const end = typeof hole === 'number' ? Math.min(hole, size) : size
    if (extent !== null && start - extent.end >= LEAST_HOLE_BYTES) {
      yield extent
      extent = null
    }
    extent = { start: extent?.start ?? start, end }
    at = end
  }
  if (extent !== null) yield extent
}

/** null: there is none any more; `unknown`: this file cannot tell (a device, some network file systems) */
async function next(library: Libc, { fd }: FileHandle, at: number, whence: number): Promise<number | 'unknown' | null> {
  try {
    return await library.lseek(fd, at, whence)
  } catch (error) {
    return errnoOf(error) === 'ENXIO' ? null : 'unknown'
  }
}
