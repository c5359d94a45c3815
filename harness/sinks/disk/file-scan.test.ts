import { Buffer } from 'node:buffer'
import { mkdtemp, open, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { Bench } from '../bench.suite.ts'
import type { SinkSighting } from '../sink.ts'
import { scanFile } from './file-scan.ts'

const MIB = 1024 * 1024
const GIB = 1024 * MIB

async function sparse(
  size: number,
  parts: ReadonlyMap<number, Uint8Array>,
): Promise<{ path: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-sparse-'))
  const path = join(folder, 'image')
  const handle = await open(path, 'w')
  for (const [offset, bytes] of parts) await handle.write(bytes, 0, bytes.length, offset)
  await handle.close()
  await truncate(path, size)
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

async function scanned(bench: Bench, path: string) {
  const sightings: SinkSighting[] = []
  const result = await scanFile(path, {
    scanner: bench.context.scanner,
    place: { kind: 'file', path },
    emit: sighting => sightings.push(sighting),
    signal: bench.context.signal,
  })
  return { ...result, found: new Map(sightings.map(({ canary, offset }) => [canary, offset])) }
}

test('a file of 3 TiB with holes is scanned by its data alone, with the offsets of the file', async () => {
  const bench = new Bench()
  const [plain, packed, behind] = [bench.canary(), bench.canary(), bench.canary()]
  const parts = new Map([
    [5 * MIB + 7, Buffer.from(plain.text)],
    [900 * GIB, gzipSync(packed.text)],
    [3000 * GIB - 100, Buffer.from(behind.text)],
  ])
  await using file = await sparse(3000 * GIB, parts)
  const { reading, gaps, found } = await scanned(bench, file.path)
  expect(gaps).toEqual([])
  expect(reading).toMatchObject({ kind: 'read' })
  expect('bytes' in reading && reading.bytes).toBeLessThan(MIB)
  expect(found).toEqual(
    new Map([
      [plain.id, 5 * MIB + 7],
      [packed.id, 900 * GIB],
      [behind.id, 3000 * GIB - 100],
    ]),
  )
})

test('a file that is one hole, and one that ends in a hole, are read', async () => {
  const bench = new Bench()
  const payload = bench.canary()
  await using hole = await sparse(2 * GIB, new Map())
  expect((await scanned(bench, hole.path)).reading).toEqual({ kind: 'read', bytes: 0 })
  await using tail = await sparse(2 * GIB, new Map([[0, Buffer.from(payload.text)]]))
  expect((await stat(tail.path)).blocks * 512).toBeLessThan(MIB)
  expect((await scanned(bench, tail.path)).found).toEqual(new Map([[payload.id, 0]]))
})

test('what a small hole cuts in two stays together', async () => {
  const bench = new Bench()
  const payload = bench.canary()
  const packed = gzipSync(Buffer.concat([Buffer.alloc(300_000), Buffer.from(payload.text)]), { level: 0 })
  const hole = packed.indexOf(Buffer.alloc(65_000))
  const start = Math.ceil(hole / 4096) * 4096
  const parts = new Map([
    [0, packed.subarray(0, start)],
    [start + 4096 * 12, packed.subarray(start + 4096 * 12)],
    [4 * MIB, Buffer.from('end')],
  ])
  expect(packed.subarray(start, start + 4096 * 12).every(byte => byte === 0)).toBe(true)
  await using file = await sparse(4 * MIB + 3, parts)
  const { gaps, found } = await scanned(bench, file.path)
  expect(found).toEqual(new Map([[payload.id, 0]]))
  expect(gaps).toEqual([])
})
