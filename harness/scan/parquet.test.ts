import { createHash } from 'node:crypto'
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { ByteWriter, parquetWrite } from 'hyparquet-writer'
import { compressSync } from 'snappy'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { isMissing, packers, rawLz4 } from './packers.suite.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('9a'.repeat(32))
const mint = new Mint(key)
const fresh = () => mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const [first, last] = [fresh(), fresh()]
const scanner = createScanner(key)

const words = (seed: string, bytes: number): string =>
  createHash('shake256', { outputLength: bytes }).update(seed).digest('hex')

type Codec = 'UNCOMPRESSED' | 'SNAPPY' | 'GZIP' | 'ZSTD' | 'BROTLI' | 'LZ4_RAW'
const packs: Readonly<Record<Exclude<Codec, 'UNCOMPRESSED'>, (bytes: Uint8Array) => Uint8Array>> = {
  SNAPPY: bytes => compressSync(Buffer.from(bytes)),
  GZIP: bytes => gzipSync(bytes),
  ZSTD: bytes => zstdCompressSync(bytes),
  BROTLI: bytes => brotliCompressSync(bytes),
  LZ4_RAW: bytes => rawLz4(bytes) ?? new Uint8Array(0),
}

/** A table of prompts, in several row groups and pages, as a library writes it. */
function table(codec: Codec): Buffer {
  const writer = new ByteWriter()
  const prompts = Array.from({ length: 300 }, (_, index) => `prompt ${index} ${words(`row ${index}`, 40)} `.repeat(3))
  prompts[7] = `${prompts[7]} ${first.text}`
  prompts[299] = `${prompts[299]} ${last.text}`
  parquetWrite({
    writer,
    columnData: [
      { name: 'id', data: prompts.map((_, index) => index), type: 'INT32' },
      { name: 'prompt', data: prompts, type: 'STRING', nullable: true },
    ],
    codec,
    compressors: packs,
    rowGroupSize: 100,
    pageSize: 8000,
    statistics: false,
  })
  return Buffer.from(writer.getBuffer())
}

/** The footer's length stands before the last magic. */
function withoutFooter(file: Buffer): Buffer {
  return file.subarray(0, file.length - 8 - file.readUInt32LE(file.length - 8))
}

async function scan(...chunks: readonly (Uint8Array | string)[]): Promise<[string[], readonly string[]]> {
  const hits: string[] = []
  const stream = scanner.open(({ canary, via, offset }) => {
    hits.push(`${canary === first.id ? 'first' : 'last'} ${via.join(' › ')} at ${offset}`)
  })
  for (const chunk of chunks) await stream.push(Buffer.from(chunk))
  return [hits, (await stream.end()).incomplete]
}

for (const codec of ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'ZSTD', 'BROTLI', 'LZ4_RAW'] as const) {
  test(`parquet with ${codec}: every page is read, once, also without its footer`, async () => {
    const lz4 = packers.find(({ command }) => command === 'lz4')
    test.skip(codec === 'LZ4_RAW' && (lz4 === undefined || isMissing(lz4)), 'there is no command lz4 on this machine')
    const file = table(codec)
    // Snappy and lz4 leave alone what does not come again.
    if (['GZIP', 'ZSTD', 'BROTLI'].includes(codec)) expect(file.includes(last.text)).toBe(false)
    for (const bytes of [file, withoutFooter(file)]) {
      const [hits, incomplete] = await scan(
        'before',
        bytes.subarray(0, 5000),
        bytes.subarray(5000),
        words('after', 900),
      )
      expect(hits).toEqual(['first parquet at 6', 'last parquet at 6'])
      expect(incomplete).toEqual([])
    }
  })
}

test('a damaged page is said, and those after it are read', async () => {
  for (const [codec, isInHeader] of [
    ['ZSTD', false],
    ['GZIP', false],
    ['GZIP', true],
  ] as const) {
    const file = table(codec)
    const header = file.indexOf(codec === 'ZSTD' ? '28b52ffd' : '1f8b08', 2000, 'hex')
    file.fill(0xa5, header + (isInHeader ? -9 : 5), header + (isInHeader ? -3 : 40))
    const [hits, incomplete] = await scan(file)
    expect(hits).toContain('last parquet at 0')
    expect(incomplete.join()).toMatch(
      /^parquet at offset 0: parquet has (a page after \d+ others that is damaged|\d+ bytes between)/,
    )
  }
})

test('a codec of one’s own is said', async () => {
  const writer = new ByteWriter()
  const data = Array.from({ length: 50 }, (_, index) => words(`${index}`, 30))
  parquetWrite({
    writer,
    columnData: [{ name: 'text', data, type: 'STRING' }],
    codec: 'LZO',
    compressors: { LZO: bytes => Buffer.concat([Buffer.from('own'), Buffer.from(bytes).reverse()]) },
  })
  expect((await scan(Buffer.from(writer.getBuffer())))[1].join()).toMatch(/unknown codec/)
})

test('text that begins like a file is none', async () => {
  for (const text of ['PAR1', 'PAR1 is a magic', 'PAR1\x15\x00\x15\x02', `PAR1\x15\x04\x15\x80\x80${first.text}`]) {
    const [hits, incomplete] = await scan('a ', Buffer.from(text, 'latin1'), ' and more')
    expect(hits.length).toBe(text.includes(first.text) ? 1 : 0)
    expect(incomplete).toEqual([])
  }
})
