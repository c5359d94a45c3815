import { Buffer } from 'node:buffer'
import { constants } from 'node:fs'
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
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  let handle: FileHandle
  try {
    handle = await open(typeof path === 'string' ? path : Buffer.from(path), flags)
  } catch (error) {
    return notOpened(error)
  }
  try {
    return await readHandle(handle, target, signal)
  } finally {
    await handle.close()
  }
}

async function readHandle(handle: FileHandle, target: ByteTarget, signal: AbortSignal): Promise<FileReading> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let bytes = 0
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) return { kind: 'special', reason: 'was replaced by something that is no regular file' }
    const limit = stats.size + GROWTH_BYTES
    while (!signal.aborted) {
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, bytes)
      if (bytesRead === 0) return { kind: 'read', bytes }
      await target.push(chunk.subarray(0, bytesRead))
      bytes += bytesRead
      if (bytes >= limit) return { kind: 'cut', bytes, reason: 'grew faster than it could be read' }
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
