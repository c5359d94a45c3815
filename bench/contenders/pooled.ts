import { closeSync, openSync, readSync } from 'node:fs'
import type { RunKey } from '../../harness/canary/key.ts'
import type { PooledScanner } from '../../harness/scan/workers/pooled-scanner.ts'
import { createPooledScanner } from '../../harness/scan/workers/pooled-scanner.ts'
import type { Contender } from '../contender.ts'

const CHUNK = 256 * 1024
/** Streams that the corpus is cut into, as a tree has several files. */
const PARTS = 16
/** Bytes after which a thread runs as fast as it will. */
const WARM_UP = 64 * 2 ** 20

/**
 * The whole scanner over so many threads, with the corpus as several streams. Its threads have started and scanned a
 * part of it before the first look, and end with its disposal.
 */
export async function pooledScanner(
  path: string,
  bytes: number,
  key: RunKey,
  workers: number,
): Promise<Contender & AsyncDisposable> {
  const scanner = createPooledScanner(key, {}, { workers, startAfter: 0 })
  const scan = async (end: number): Promise<number> => {
    const size = Math.ceil(end / PARTS)
    const parts = Array.from({ length: PARTS }, (_, index) => index * size).values()
    const lane = async (): Promise<number> => {
      let found = 0
      for (const from of parts) found += await scanPart(scanner, path, from, Math.min(end, from + size))
      return found
    }
    const lanes = await Promise.all(Array.from({ length: scanner.atOnce }, lane))
    return lanes.reduce((sum, found) => sum + found)
  }
  await scan(Math.min(bytes, WARM_UP))
  const name = `${workers} ${workers === 1 ? 'thread' : 'workers'}`
  return { name, bytes, look: () => scan(bytes), [Symbol.asyncDispose]: () => scanner[Symbol.asyncDispose]() }
}

async function scanPart(scanner: PooledScanner, path: string, from: number, to: number): Promise<number> {
  let found = 0
  const stream = scanner.open(() => {
    found += 1
  })
  const chunk = new Uint8Array(CHUNK)
  const file = openSync(path, 'r')
  try {
    for (let at = from; at < to; at += CHUNK) {
      const length = readSync(file, chunk, 0, Math.min(CHUNK, to - at), at)
      await stream.push(chunk.subarray(0, length))
    }
  } finally {
    closeSync(file)
  }
  await stream.end()
  return found
}
