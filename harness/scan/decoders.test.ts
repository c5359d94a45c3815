import { createHash } from 'node:crypto'
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { compressSync } from 'snappy'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { isMissing, packers, png, pngText, rawDeflate, rawLz4 } from './packers.suite.ts'
import type { Hit, ScanCoverage } from './scan.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('5d'.repeat(32))
const mint = new Mint(key)
const fresh = () => mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const one = fresh()
const other = fresh()
const scanner = createScanner(key)

async function scan(...chunks: readonly (Uint8Array | string)[]): Promise<[string[], ScanCoverage]> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  for (const chunk of chunks) await stream.push(Buffer.from(chunk))
  const coverage = await stream.end()
  return [hits.map(({ canary, via, offset }) => `${name(canary)} ${[...via, 'at'].join(' ')} ${offset}`), coverage]
}

function name(id: string): string {
  if (id === one.id) return 'one'
  return id === other.id ? 'other' : id
}

/** Bytes without any order: the same for the same seed. */
function noise(seed: string, bytes: number): Buffer {
  return createHash('shake256', { outputLength: bytes }).update(seed).digest()
}

/** Words that pack to about half. */
const words = (seed: string, count: number): string => noise(seed, count).toString('hex')
/** Sentences of few words, so that every format packs them by references, which damage breaks. */
const prose = (seed: string, count: number): string =>
  Array.from(noise(seed, count), byte => words(`word ${byte % 97}`, 2 + (byte % 5))).join(' ')
const long = Buffer.from(`${one.text} ${words('a', 70_000)} ${other.text} ${words('b', 3000)}${one.text}`)

for (const packer of packers) {
  const { format, title, pack } = packer
  test(`${title}: found at any offset, amid noise, at beginning, middle and end, each once`, async () => {
    test.skip(isMissing(packer), `there is no command ${packer.command} on this machine`)
    const packed = pack(long)
    for (const [before, piece] of [
      [0, 1],
      [1001, 7777],
      [70_003, packed.length],
    ] as const) {
      const stream = Buffer.concat([noise('before', before), packed, noise('after', 40_000)])
      const chunks = Array.from({ length: Math.min(20, Math.ceil(before / piece)) }, (_, index) => index * piece)
      const pieces = [...chunks.slice(1), stream.length].map((end, index) => stream.subarray(chunks[index] ?? 0, end))
      const [hits, { incomplete }] = await scan(...pieces)
      const inside = hits.filter(hit => hit.includes(` ${format} `))
      expect(new Set(inside.map(hit => hit.split(' ')[0]))).toEqual(new Set(['one', 'other']))
      if (!/block-size/.test(title)) expect(inside.every(hit => hit.endsWith(` at ${before}`))).toBe(true)
      expect(incomplete).toEqual([])
    }
  })

  test(`${title}: found under base64 and hex, and within gzip`, async () => {
    test.skip(isMissing(packer), `there is no command ${packer.command} on this machine`)
    const packed = pack(Buffer.from(`${words('c', 300)}${one.text}`.repeat(2)))
    for (const [encoding, text] of [
      ['base64', packed.toString('base64')],
      ['hex', packed.toString('hex')],
    ] as const) {
      const [hits, { incomplete }] = await scan(`{"a":"`, text, `"}`)
      expect(hits).toContain(`one ${encoding} ${format} at 6`)
      expect(incomplete).toEqual([])
    }
    expect((await scan(gzipSync(packed)))[0]).toContain(`one gzip ${format} at 0`)
  })

  test(`${title}: what stands before damage or a cut is found, and the rest is said`, async () => {
    test.skip(isMissing(packer), `there is no command ${packer.command} on this machine`)
    const packed = pack(Buffer.from(`${one.text} ${prose('d', 250_000)}`))
    const cut = packed.subarray(0, Math.floor(packed.length * 0.75))
    expect((await scan(cut))[0]).toContain(`one ${format} at 0`)
    const damaged = Buffer.from(packed)
    const place = Math.floor(packed.length * 0.8)
    noise('damage', 3000).copy(damaged, place)
    const [hits, { incomplete }] = await scan(damaged)
    expect(hits).toContain(`one ${format} at 0`)
    // Deflate and lz4 unpack most other bytes to something, without noticing.
    if (/^(zstd|snappy|xz|bzip2|zip by bzip2)/.test(title))
      expect(incomplete.join()).toMatch(new RegExp(`^${format} at offset 0: .*damaged`))
  })
}

test('raw snappy and raw lz4 are found where a stream consists of them, and only there', async () => {
  const content = Buffer.from(`${one.text} ${prose('r', 40_000)} ${other.text} ${one.text} ${other.text}`)
  const lz4 = rawLz4(content)
  test.skip(lz4 === null, 'there is no command lz4 on this machine')
  for (const [format, packed] of [
    ['snappy', compressSync(content)],
    ['lz4', lz4 ?? Buffer.alloc(0)],
  ] as const) {
    const pieces = Array.from({ length: 10 }, (_, index) => packed.subarray(index * 9000, index * 9000 + 9000))
    const [hits, { incomplete }] = await scan(...pieces, packed.subarray(90_000))
    expect(new Set(hits)).toEqual(new Set([`one ${format} at 0`, `other ${format} at 0`]))
    expect(incomplete).toEqual([])
    const [followed] = await scan(packed, 'and more')
    expect(followed.filter(hit => hit.includes(format))).toEqual([])
  }
})

test('raw deflate is found from the first byte of a stream, brotli by a deep scan', async () => {
  expect((await scan(rawDeflate.pack(long)))[0]).toContain('one deflate at 0')
  const hits: Hit[] = []
  const stream = createScanner(key, { encodings: 3 }).open(hit => hits.push(hit))
  await stream.push(brotliCompressSync(long))
  expect((await stream.end()).incomplete).toEqual([])
  expect(hits.map(hit => [hit.canary, ...hit.via])).toContainEqual([other.id, 'brotli'])
})

test('an image split over chunks is one stream again, and its compressed text is read', async () => {
  const image = png(Buffer.from(`${words('e', 5000)}${one.text}`), [pngText(Buffer.from(other.text))])
  const [hits, { incomplete }] = await scan('before', image, 'after')
  expect(hits.sort()).toEqual(['one png zlib at 6', 'other png zlib at 6'])
  expect(incomplete).toEqual([])
  const broken = Buffer.from(image)
  broken.write('####', 400, 'latin1')
  broken.write('####', 416 + 96, 'latin1')
  const cut = Buffer.concat([image.subarray(0, image.length - 2000), noise('cut', 3000)])
  expect((await scan(cut))[1].incomplete.join()).toContain('png at offset 0: png is damaged')
})

test('a dictionary, encryption, rar and unknown methods are said, never silent', async () => {
  const dictionary = Buffer.concat([
    Buffer.from('28b52ffd', 'hex'),
    Buffer.from([0x01, 0x50, 0x07]),
    Buffer.alloc(60, 1),
  ])
  const lz4 = Buffer.concat([Buffer.from('04224d186140aabbccdd00', 'hex'), Buffer.alloc(90)])
  const entry = (flags: number, method: number): Buffer => {
    const header = Buffer.alloc(30 + 4)
    header.write('PK\x03\x04\x14', 'latin1')
    header.writeUInt16LE(flags, 6)
    header.writeUInt16LE(method, 8)
    header.writeUInt16LE(4, 26)
    header.write('name', 30)
    return Buffer.concat([header, noise('entry', 100)])
  }
  const rar = Buffer.concat([Buffer.from('526172211a0701003392b5e50a01050600050101808000', 'hex'), noise('rar', 50)])
  for (const [bytes, reason] of [
    [dictionary, 'zstd at offset 9: zstd that was made with a dictionary'],
    [lz4, 'lz4 at offset 9: lz4 that was made with a dictionary'],
    [entry(1, 8), 'zip at offset 9: an entry of zip is encrypted'],
    [entry(1, 0), 'zip at offset 9: an entry of zip is encrypted'],
    [entry(0, 9), 'zip at offset 9: an entry of zip is packed by deflate64'],
    [rar, 'rar at offset 9: rar cannot be unpacked'],
  ] as const) {
    const [hits, { incomplete }] = await scan('123456789', bytes, ` ${one.text}`)
    expect(incomplete.join()).toContain(reason)
    expect(hits).toEqual([`one at ${9 + bytes.length + 1}`])
  }
})

test('a zlib stream is found in JSON, in a URL, and at the beginning of base64 in the middle of a log', async () => {
  const packed = deflateSync(`${words('f', 90)}${one.text}`)
  const percent = [...packed].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join('')
  const json = JSON.stringify(packed.toString('latin1'))
  expect((await scan(`/?state=${percent}`))[0]).toEqual(['one percent zlib at 8'])
  expect((await scan(json))[0]).toEqual(['one json zlib at 1'])
  expect((await scan('INFO state=ok\n', packed.toString('base64')))[0]).toEqual(['one base64 zlib at 14'])
  expect((await scan('bytea \\x', packed.toString('hex')))[0]).toEqual(['one hex zlib at 8'])
})

test('tar, PDF streams, names in archives, WAV tags and XMP need no decoder of their own', async () => {
  const tar = Buffer.alloc(2048)
  tar.write(`${one.text}.txt`)
  tar.write(other.text, 512)
  expect((await scan(tar))[0]).toEqual(['one at 0', 'other at 512'])
  const pdf = Buffer.concat([
    Buffer.from('<</Filter/FlateDecode>>stream\n'),
    deflateSync(long),
    Buffer.from('\nendstream'),
  ])
  expect((await scan('%PDF-1.7\n1 0 obj', pdf))[0]).toContain('other zlib at 46')
  expect((await scan('RIFF\0\0\0\0WAVELIST\0\0\0\0INFOICMT', one.text))[0]).toEqual(['one at 28'])
  expect((await scan('\xff\xe1<x:xmpmeta><dc:title>', one.text, '</dc:title>'))[0]).toHaveLength(1)
})

test('zlib data that were flushed and never ended, as in a websocket, are read as far as they go', async () => {
  const flushed = deflateSync(long, { finishFlush: constants.Z_SYNC_FLUSH })
  expect((await scan(flushed, noise('rest', 9000)))[0]).toContain('other zlib at 0')
})
