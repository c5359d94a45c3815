import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { brotliCompressSync, constants, deflateRawSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { ByteWriter, parquetWrite } from 'hyparquet-writer'
import { encoders } from '../canary/encoders.ts'
import type { Decoder } from './decoders/decoder.ts'
import { carvedDecoders, headerlessDecoders } from './decoders/registry.ts'
import { textDecoder } from './decoders/text.ts'
import { isMissing, packers, png, pngText, rawDeflate } from './packers.suite.ts'

const RANDOM_INPUTS = 3000
const MUTATIONS = 5500
/** As between reads of a file: node:zlib frees what it holds when the event loop turns. */
const INPUTS_A_TURN = 64
/** of what one input may give; more is refused, as the scanner does */
const MOST_OUTPUT = 2 ** 20
const content = Buffer.from('a canary that is packed, said again and again: '.repeat(14))

/** Numbers below 2^32 in an order that a seed decides. */
function random(seed: string): () => number {
  let bytes = Buffer.alloc(0)
  let round = 0
  let at = 0
  return () => {
    if (at === bytes.length) {
      bytes = createHash('shake256', { outputLength: 2 ** 16 })
        .update(`${seed} ${round++}`)
        .digest()
      at = 0
    }
    at += 4
    return bytes.readUInt32LE(at - 4)
  }
}

let decoded = 0

/** Writes the input in pieces; returns how much came out. */
async function decode(decoder: Decoder, input: Uint8Array, next: () => number): Promise<number> {
  const decoding = decoder.open()
  let unpacked = 0
  const output = async (bytes: Uint8Array): Promise<boolean> => {
    unpacked += bytes.length
    return unpacked <= MOST_OUTPUT
  }
  if (++decoded % INPUTS_A_TURN === 0) await turn()
  let isOpen = true
  for (let at = 0; at < input.length && isOpen; ) {
    const size = 1 + (next() % 2000)
    isOpen = await decoding.write(input.subarray(at, at + size), output)
    at += size
  }
  await decoding.end(output)
  // Not by `expect`, which takes longer than the decoder.
  const isWithin = decoding.consumed >= 0 && decoding.consumed <= input.length
  if (!isWithin) throw new Error(`${decoder.name} says that it consumed ${decoding.consumed} of ${input.length} bytes`)
  return unpacked
}

/** Bytes changed, bits flipped, a piece removed, doubled or overwritten by others, or the end cut. */
function mutate(packed: Uint8Array, next: () => number): Uint8Array {
  const bytes = Buffer.from(packed)
  const place = next() % bytes.length
  for (let changes = next() % 4; changes >= 0; changes--) bytes[next() % bytes.length] = next() & 0xff
  bytes[place] = (bytes[place] ?? 0) ^ (1 << (next() & 7))
  const kind = next() % 5
  const length = next() % 40
  if (kind === 0) return bytes.subarray(0, place)
  if (kind === 1) return Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + length)])
  if (kind === 2) return Buffer.concat([bytes.subarray(0, place + length), bytes.subarray(place)])
  if (kind === 3) bytes.fill(next() & 1 ? 0xff : 0, place, Math.min(bytes.length, place + length))
  return bytes
}

/** A table of one column. */
function parquet(): Buffer {
  const writer = new ByteWriter()
  const data = Array.from({ length: 40 }, (_, index) => `${index} ${content}`)
  parquetWrite({ writer, columnData: [{ name: 'prompt', data, type: 'STRING' }], pageSize: 2000 })
  return Buffer.from(writer.getBuffer())
}

/** A handshake, and three packed frames of a server. */
function websocket(): Buffer {
  const handshake = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nExtensions: permessage-deflate\r\n\r\n'
  const packed = deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4)
  const frame = Buffer.concat([Buffer.from([0xc1, packed.length]), packed])
  return Buffer.concat([Buffer.from(handshake), frame, frame, frame])
}

/** A message whose body comes in chunks. */
function chunked(): Buffer {
  const body = content.toString().replace(/.{1,9}/gs, piece => `${piece.length.toString(16)}\r\n${piece}\r\n`)
  return Buffer.from(`Transfer-Encoding: chunked\r\nDate: now\r\n\r\n${body}0\r\n\r\n`)
}

/** What xz writes in the format before its own. */
function lzma(): Buffer {
  return spawnSync('xz', ['--format=lzma', '-c'], { input: content }).stdout
}

/** Real files by the name of the format. */
function samples(): Map<string, Buffer[]> {
  const all = new Map<string, Buffer[]>([
    ['deflate', [rawDeflate.pack(content)]],
    ['brotli', [brotliCompressSync(content)]],
    ['png', [png(content, [pngText(content)])]],
    ['parquet', [parquet()]],
    ['websocket', [websocket()]],
    ['chunked', [chunked()]],
    ['indexed-bytes', [Buffer.from(JSON.stringify(new Uint8Array(content)).slice(1))]],
    ['uuencode', [Buffer.from(`begin 644 x\n${'#0V%T\n'.repeat(99)}`)]],
  ])
  const xz = packers.find(({ title }) => title === 'xz -c')
  if (xz !== undefined && !isMissing(xz)) all.set('lzma', [lzma()])
  for (const packer of packers.filter(each => !isMissing(each))) {
    all.set(packer.format, [...(all.get(packer.format) ?? []), packer.pack(content)])
  }
  return all
}

const decoders: readonly Decoder[] = [...carvedDecoders, ...headerlessDecoders(true)]

test('whatever the bytes, no decoder throws, hangs or takes unbounded memory', async () => {
  test.setTimeout(600_000)
  const before = process.memoryUsage.rss()
  const real = samples()
  let inputs = 0
  for (const decoder of decoders) {
    const next = random(decoder.name)
    const magic = carvedDecoders.find(({ name }) => name === decoder.name)?.magics[0] ?? new Uint8Array(0)
    for (let index = 0; index < RANDOM_INPUTS; index++, inputs++) {
      const noise = Buffer.from(Uint32Array.from({ length: next() % 150 }, next).buffer)
      await decode(decoder, index % 4 === 0 ? noise : Buffer.concat([magic, noise]), next)
    }
    const files = real.get(decoder.name) ?? []
    for (let index = 0; index < MUTATIONS && files.length > 0; index++, inputs++) {
      await decode(decoder, mutate(files[index % files.length] ?? magic, next), next)
    }
  }
  expect(inputs).toBeGreaterThan(100_000)
  expect(process.memoryUsage.rss() - before).toBeLessThan(512 * 2 ** 20)
})

test('text decoders take any bytes', async () => {
  for (const encoder of encoders.filter(({ stack }) => stack === 'any')) {
    const next = random(encoder.name)
    const decoder = textDecoder(encoder.name, encoder.form)
    const text = encoder.encode(content.subarray(0, 500))
    for (let index = 0; index < 8; index++) {
      await decode(decoder, Buffer.from(Uint32Array.from({ length: next() % 99 }, next).buffer), next)
      expect(await decode(decoder, mutate(text, next), next)).toBeLessThanOrEqual(8 * text.length)
    }
  }
})
