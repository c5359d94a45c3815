import { spawnSync } from 'node:child_process'
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { zipOf } from './packers.suite.ts'
import type { ScanCoverage } from './scan.ts'
import { createScanner } from './scanner.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30
const key = RunKey.fromHex('e9'.repeat(32))
const { id, text } = new Mint(key).mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const scanner = createScanner(key)

/** Scans a bomb with a canary after it, which must be seen, in bounded memory. */
async function blast(bytes: Uint8Array, by = scanner): Promise<ScanCoverage> {
  const before = process.memoryUsage.rss()
  const found: string[] = []
  const stream = by.open(hit => found.push(hit.canary))
  for (let at = 0; at < bytes.length; at += MIB) await stream.push(bytes.subarray(at, at + MIB))
  await stream.push(Buffer.from(` ${text}`))
  const coverage = await stream.end()
  expect(found).toEqual([id])
  expect(process.memoryUsage.rss() - before).toBeLessThan(400 * MIB)
  return coverage
}

/** A frame of zstd that is runs of zeros: 128 KiB for each 4 bytes. */
function zstdOfZeros(bytes: number): Buffer {
  const run = Buffer.from([0x02, 0x00, 0x10, 0x00])
  const last = Buffer.from([0x03, 0x00, 0x10, 0x00])
  const count = Math.ceil(bytes / (128 * 1024))
  return Buffer.concat([Buffer.from('28b52ffd0048', 'hex'), ...Array.from({ length: count - 1 }, () => run), last])
}

/** An LZ4 frame of blocks of 4 MiB of zeros. */
function lz4OfZeros(bytes: number): Buffer {
  const matched = 4 * MIB - 1 - 5 - 4 - 15
  const lengths = Buffer.alloc(Math.floor(matched / 255) + 1, 255)
  lengths[lengths.length - 1] = matched % 255
  const block = Buffer.concat([Buffer.from([0x1f, 0, 1, 0]), lengths, Buffer.from([0x50, 0, 0, 0, 0, 0])])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(block.length)
  const count = Math.ceil(bytes / (4 * MIB))
  const blocks = Array.from({ length: count }, () => [size, block]).flat()
  return Buffer.concat([Buffer.from('04224d18607000', 'hex'), ...blocks, Buffer.alloc(4)])
}

/** Zeros packed by a command, without holding them. */
function packedByCommand(command: string, bytes: number): Buffer | null {
  const { stdout, error, status } = spawnSync('sh', ['-c', `head -c ${bytes} /dev/zero | ${command}`], {
    maxBuffer: GIB,
  })
  return error === undefined && status === 0 ? stdout : null
}

test('10 GiB of zeros in zstd end soon and are said', async () => {
  const { incomplete } = await blast(zstdOfZeros(10 * GIB))
  expect(incomplete.join()).toContain('zstd at offset 0 was not unpacked to its end')
})

test('10 GiB of zeros in lz4 end soon and are said', async () => {
  const { incomplete } = await blast(lz4OfZeros(10 * GIB))
  expect(incomplete.join()).toContain(
    'lz4 at offset 0 was not unpacked to its end: it unpacks to more than 268435456 bytes',
  )
})

for (const [format, command] of [
  ['xz', 'xz -0 -T2'],
  ['bzip2', 'bzip2 -9'],
] as const) {
  test(`160 MiB of zeros in ${format}, twenty times, end soon and are said`, async () => {
    const part = packedByCommand(command, 160 * MIB)
    test.skip(part === null, `there is no command ${format} on this machine`)
    const { incomplete } = await blast(Buffer.concat(Array.from({ length: 20 }, () => part ?? Buffer.alloc(0))))
    expect(incomplete.join()).toMatch(new RegExp(`${format} at offset \\d+ was not unpacked to its end`))
  })
}

test('zeros in brotli end soon and are said by a deep scan', async () => {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 3 }
  const part = brotliCompressSync(Buffer.alloc(96 * MIB), { params })
  const { incomplete } = await blast(part, createScanner(key, { encodings: 3 }))
  expect(incomplete.join()).toContain('brotli at offset 0 was not unpacked to its end')
})

test('a bomb of zips in zips, each holding sixteen, ends soon and is said', async () => {
  let layer = zipOf(Buffer.alloc(64 * MIB))
  for (let depth = 0; depth < 5; depth++) layer = zipOf(Buffer.concat(Array.from({ length: 16 }, () => layer)))
  const { incomplete } = await blast(layer)
  expect(incomplete.join()).toMatch(/zip .*(not unpacked to its end|not opened)/)
})

test('deeper nesting than is opened is said in every format', async () => {
  const packs = { gzip: gzipSync, zlib: deflateSync, zstd: zstdCompressSync, zip: zipOf }
  for (const [name, pack] of Object.entries(packs)) {
    let bytes: Uint8Array = Buffer.from('nothing')
    for (let depth = 0; depth < 6; depth++) bytes = pack(bytes)
    expect((await blast(bytes)).incomplete.join(), name).toMatch(/more than 5 deep within each other/)
  }
})

test('an archive whose content begins with the archive’s own header does not go round for ever', async () => {
  const header = gzipSync('').subarray(0, 10)
  const content = Buffer.concat([header, deflateRawSync(Buffer.concat([header, Buffer.alloc(1000, 0x4b)]))])
  const quine = gzipSync(Buffer.concat(Array.from({ length: 5000 }, () => content)))
  await blast(quine)
})
