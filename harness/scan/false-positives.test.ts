import { createHash } from 'node:crypto'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import type { Hit, Scanner } from './scan.ts'
import { createScanner } from './scanner.ts'

test.describe.configure({ timeout: 180_000 })

const MIB = 2 ** 20
const keys = ['01', '23', '45'].map(byte => RunKey.fromHex(byte.repeat(32)))

/** Pseudo-random bytes: the same in every run of this test. */
function* noise(bytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes; at += MIB)
    yield createHash('shake256', { outputLength: MIB }).update(String(at)).digest()
}

async function scanAll(scanner: Scanner, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>) {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  for await (const chunk of chunks) await stream.push(chunk)
  return { hits, ...(await stream.end()) }
}

async function* modules(bytes: number): AsyncGenerator<Uint8Array> {
  const folder = join(import.meta.dirname, '../../node_modules')
  let left = bytes
  for (const entry of (await readdir(folder, { recursive: true, withFileTypes: true })).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    if (left <= 0) return
    if (!entry.isFile() || !/\.(js|ts|json|md|map)$/.test(entry.name)) continue
    await using file = await open(join(entry.parentPath, entry.name))
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256 * 1024))
    left -= bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

test('random bytes hold no canary, under any key, and no container', async () => {
  for (const key of keys) {
    const { hits, bytes, incomplete } = await scanAll(createScanner(key), noise(16 * MIB))
    expect(hits).toEqual([])
    expect(incomplete).toEqual([])
    expect(bytes).toBe(16 * MIB)
  }
})

test('packages hold no canary, under any key', async () => {
  for (const key of keys) {
    const { hits, bytes, incomplete } = await scanAll(createScanner(key), modules(24 * MIB))
    expect(hits).toEqual([])
    expect(incomplete).toEqual([])
    expect(bytes).toBeGreaterThan(24 * MIB - 1)
  }
})
