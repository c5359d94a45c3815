import { Buffer } from 'node:buffer'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { reasonOf } from '../../model/error.ts'
import { errnoOf } from '../denial.ts'

const CHUNK_BYTES = 256 * 1024
const GROWTH_BYTES = 64 * 1024 * 1024

/** Where a file's bytes go. The chunk is reused once the promise has settled. */
export interface ByteTarget {
  push(chunk: Uint8Array): Promise<void>
}

/** How the reading of a file went. `cut`: not all of it was read. `vanished`, `special`: it holds no bytes at rest here. */
export type FileReading =
  | { readonly kind: 'read'; readonly bytes: number }
  | { readonly kind: 'cut'; readonly bytes: number; readonly reason: string }
  | { readonly kind: 'vanished' | 'special' | 'denied'; readonly reason: string }

/**
 * Reads a regular file to its end, including what is added meanwhile (at most 64 MiB more than its size at the start). Never follows a symbolic
 * link, never waits for a FIFO that took the file's place. Never throws.
 */
export async function readFileInto(
  path: Uint8Array | string,
  target: ByteTarget,
  signal: AbortSignal,
): Promise<FileReading> {
  return withFile(path, 'never', (handle, { size }) => readToEnd(handle, target, { from: 0, size, signal }))
}

/**
 * Opens a regular file, and closes it after the work. Never waits for a FIFO that took its place. Never throws, whatever the work does.
 * @param follow `magic`: a link of /proc/PID/fd, which leads to the open file itself
 */
export async function withFile(
  path: Uint8Array | string,
  follow: 'never' | 'magic',
  work: (handle: FileHandle, stats: Stats) => Promise<FileReading>,
): Promise<FileReading> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (follow === 'never' ? constants.O_NOFOLLOW : 0)
  let handle: FileHandle
  try {
    handle = await open(typeof path === 'string' ? path : Buffer.from(path), flags)
  } catch (error) {
    return notOpened(error)
  }
  try {
    const stats = await handle.stat()
    if (stats.isFile()) return await work(handle, stats)
    return { kind: 'special', reason: 'was replaced by something that is no regular file' }
  } catch (error) {
    return { kind: 'cut', bytes: 0, reason: reasonOf(error) }
  } finally {
    await handle.close()
  }
}

/** A part of a file, offsets in bytes. */
interface Part {
  readonly from: number
  readonly to: number
  readonly signal: AbortSignal
}

/** Reads an open file from an offset to its end, with what is added meanwhile (64 MiB beyond `size` at most). Never throws. */
export async function readToEnd(
  handle: FileHandle,
  target: ByteTarget,
  { from, size, signal }: { from: number; size: number; signal: AbortSignal },
): Promise<FileReading> {
  const reading = await readPart(handle, target, { from, to: size + GROWTH_BYTES, signal })
  const hasGrown = reading.kind === 'read' && from + reading.bytes >= size + GROWTH_BYTES
  return hasGrown ? { kind: 'cut', bytes: reading.bytes, reason: 'grew faster than it could be read' } : reading
}

/** Reads a part of an open file, or what there is of it. Never throws. */
export async function readPart(
  handle: FileHandle,
  target: ByteTarget,
  { from, to, signal }: Part,
): Promise<FileReading> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let bytes = 0
  try {
    while (!signal.aborted) {
      const wanted = Math.min(CHUNK_BYTES, to - from - bytes)
      const { bytesRead } = wanted <= 0 ? { bytesRead: 0 } : await handle.read(chunk, 0, wanted, from + bytes)
      if (bytesRead === 0) return { kind: 'read', bytes }
      await target.push(chunk.subarray(0, bytesRead))
      bytes += bytesRead
    }
    return { kind: 'cut', bytes, reason: 'the time was up, or the run was interrupted' }
  } catch (error) {
    return { kind: 'cut', bytes, reason: reasonOf(error) }
  }
}

function notOpened(error: unknown): FileReading {
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'vanished', reason: 'vanished while it was scanned' }
    case 'ELOOP':
    case 'ENXIO':
      return { kind: 'special', reason: 'was replaced by something that is no regular file' }
    default:
      return { kind: 'denied', reason: reasonOf(error) }
  }
}
