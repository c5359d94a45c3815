import { createHash } from 'node:crypto'
import { deflateSync, zstdCompressSync } from 'node:zlib'
import { encode as encodeMsgpack } from '@msgpack/msgpack'
import { expect, test } from '@playwright/test'
import { encode as encodeCbor } from 'cborg'
import { PDFDocument, StandardFonts } from 'pdf-lib'
import { encoders } from '../canary/encoders.ts'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { isMissing, packers, zipEntry } from './packers.suite.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('f0'.repeat(32))
const mint = new Mint(key)
const fresh = () => mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const [one, other] = [fresh(), fresh()]
const scanner = createScanner(key)

const words = (seed: string, bytes: number): string =>
  createHash('shake256', { outputLength: bytes }).update(seed).digest('hex')

/** Which canaries are found under which chains; nothing may be incomplete. */
async function found(...chunks: readonly (Uint8Array | string)[]): Promise<string[]> {
  const hits = new Set<string>()
  const stream = scanner.open(({ canary, via }) => hits.add([canary === one.id ? 'one' : 'other', ...via].join(' ')))
  for (const chunk of chunks) await stream.push(Buffer.from(chunk))
  expect((await stream.end()).incomplete).toEqual([])
  return [...hits].sort()
}

test('msgpack and CBOR: strings and bytes of any length', async () => {
  for (const length of [0, 100, 300, 70_000]) {
    const record = {
      prompt: words('a', length) + one.text,
      blob: Buffer.from(`${words('b', length)}${other.text}`),
      usage: [1, 2.5, null],
    }
    expect(await found(encodeMsgpack(record))).toEqual(['one', 'other'])
    expect(await found(encodeCbor(record))).toEqual(['one', 'other'])
  }
  const packed = encodeMsgpack({ body: deflateSync(`${words('c', 300)} ${one.text}`) })
  expect(await found(packed)).toEqual(['one zlib'])
})

/** A field of protobuf's wire format with a length: strings, bytes and messages within messages. */
function field(number: number, content: Uint8Array): Buffer {
  const length: number[] = []
  let rest = content.length
  for (; rest > 127; rest = Math.floor(rest / 128)) length.push((rest % 128) | 128)
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length, rest]), content])
}

test('protobuf: strings, bytes, packed bytes, and messages within messages', async () => {
  const inner = Buffer.concat([
    field(1, Buffer.from(`${words('d', 200)}${one.text}`)),
    field(2, zstdCompressSync(`${words('e', 300)} ${other.text}`)),
  ])
  expect(await found(field(3, field(9, inner)))).toEqual(['one', 'other zstd'])
})

test('entries of zip that are packed by zstd and xz', async () => {
  const content = Buffer.from(`${words('f', 5000)} ${one.text} ${words('g', 500)}`)
  expect(await found(zipEntry(93, zstdCompressSync(content), content), 'PK\x01\x02')).toEqual(['one zip'])
  const xz = packers.find(({ title }) => title === 'xz -c')
  test.skip(xz === undefined || isMissing(xz), 'there is no command xz on this machine')
  if (xz !== undefined) expect(await found(zipEntry(95, xz.pack(content), content), 'PK\x01\x02')).toEqual(['one zip'])
})

test('documents of office programs: a text run, a shared string, a property', async () => {
  const zip = packers.find(({ title }) => title === 'zip of a file')
  test.skip(zip === undefined || isMissing(zip), 'there is no command zip on this machine')
  const parts = [
    `<w:document><w:body><w:p><w:r><w:t xml:space="preserve">${one.text}</w:t></w:r></w:p></w:body></w:document>`,
    `<sst count="1"><si><t>${other.text}</t></si></sst>`,
    `<cp:coreProperties><dc:title>${one.text}</dc:title></cp:coreProperties>`,
  ]
  const archive = Buffer.concat(parts.map(part => zip?.pack(Buffer.from(part.repeat(3))) ?? Buffer.alloc(0)))
  expect(await found(archive)).toEqual(['one zip', 'other zip'])
})

test('PDF: page text, title, form field and attachment, in plain and in packed objects', async () => {
  for (const useObjectStreams of [true, false]) {
    const document = await PDFDocument.create()
    document.setTitle(other.text)
    const font = await document.embedFont(StandardFonts.Helvetica)
    document.addPage().drawText(`${words('h', 20)} ${one.text}`, { font, size: 7 })
    await document.attach(Buffer.from(`${words('i', 900)}${other.text}`), 'note.txt')
    const hits = await found(await document.save({ useObjectStreams }))
    expect(hits).toContain('one zlib hex')
    expect(hits).toContain('other zlib')
    expect(hits.some(hit => /^other .*utf16be/.test(hit))).toBe(true)
  }
})

test('PDF: runs are read, LZW is said, and names of filters in a text are nothing', async () => {
  const runs = Buffer.concat([
    Buffer.from([29]),
    Buffer.from(one.text.slice(0, 30)),
    Buffer.from([21]),
    Buffer.from(one.text.slice(30)),
  ])
  const stream = (filter: string): string => `%PDF-1.4\n1 0 obj<</Length 9/Filter/${filter}>>\nstream\r\n`
  expect(await found(stream('RunLengthDecode'), runs, Buffer.from([254, 65, 128]), '\nendstream')).toContain(
    'one runlength',
  )
  expect(await found(`Filters are ASCII85Decode, LZWDecode and RunLengthDecode. ${one.text}`)).toEqual(['one'])
  const lzw = scanner.open(() => {})
  await lzw.push(Buffer.from(`${stream('LZWDecode')}\x80\x0b`))
  expect((await lzw.end()).incomplete.join()).toMatch(/^lzw at offset \d+: a stream of PDF is packed by LZW/)
})

test('PDF: a packed stream under ASCII85 and under hex', async () => {
  const packed = deflateSync(`BT (${words('j', 300)} ${one.text}) Tj ET`)
  const ascii85 = encoders.find(({ name }) => name === 'ascii85')
  const texts = { ascii85: ascii85?.encode(packed) ?? '', hex: packed.toString('hex') }
  for (const [name, text] of Object.entries(texts)) {
    const filters = `<</Filter[/${name === 'hex' ? 'ASCIIHex' : 'ASCII85'}Decode/FlateDecode]>>stream\n`
    expect(await found(`%PDF-1.7\n1 0 obj${filters}`, text, name === 'hex' ? '>' : '~>', '\nendstream')).toEqual([
      `one ${name} zlib`,
    ])
  }
})

test('JPEG: EXIF in both kinds of text, XMP, and a comment', async () => {
  const segment = (marker: number, content: Uint8Array): Buffer => {
    const header = Buffer.from([0xff, marker, 0, 0])
    header.writeUInt16BE(content.length + 2, 2)
    return Buffer.concat([header, content])
  }
  const exif = (value: Uint8Array, type: number): Buffer => {
    const tiff = Buffer.from('49492a000800000001000e010200000000001a00000000000000', 'hex')
    tiff.writeUInt16LE(type, 12)
    tiff.writeUInt32LE(value.length, 14)
    return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff, value]))
  }
  const image = (...segments: Buffer[]): Buffer =>
    Buffer.concat([Buffer.from('ffd8', 'hex'), ...segments, Buffer.from('ffd9', 'hex')])
  expect(await found(image(exif(Buffer.from(one.text), 2)))).toEqual(['one'])
  expect(await found(image(exif(Buffer.from(`UNICODE\0${one.text}`, 'utf16le').subarray(0, 300), 7)))).toEqual([
    'one utf16le',
  ])
  const xmp = `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:li xml:lang="x-default">${other.text}</rdf:li></x:xmpmeta>`
  expect(await found(image(segment(0xe1, Buffer.from(xmp)), segment(0xfe, Buffer.from(one.text))))).toEqual([
    'one',
    'other',
  ])
})

test('WAV: a list of tags, also in UTF-16', async () => {
  const chunk = (id: string, content: Uint8Array): Buffer => {
    const size = Buffer.alloc(4)
    size.writeUInt32LE(content.length)
    return Buffer.concat([Buffer.from(id), size, content, Buffer.alloc(content.length % 2)])
  }
  const tags = chunk(
    'LIST',
    Buffer.concat([
      Buffer.from('INFO'),
      chunk('ICMT', Buffer.from(`${one.text}\0`)),
      chunk('INAM', Buffer.from(`${other.text}\0`, 'utf16le')),
    ]),
  )
  const samples = chunk('data', Buffer.from(words('k', 2000)))
  const wave = chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', Buffer.alloc(16)), samples, tags]))
  expect(await found(wave)).toEqual(['one', 'other utf16le'])
})
