import {
  brotliCompressSync,
  constants,
  createBrotliDecompress,
  createInflateRaw,
  createZstdDecompress,
  deflateRawSync,
  zstdCompressSync,
} from 'node:zlib'
import { expect, test } from '@playwright/test'
import { DirectUnpacker, isDirect } from './direct-unpacker.ts'
import { StreamedUnpacker } from './streamed-unpacker.ts'
import type { Unpack } from './unpacker.ts'

const BLOCK = 1024
const text = Buffer.from(Array.from({ length: 2000 }, (_, line) => `${line * 7919} is a line of a log\n`).join(''))
const after = Buffer.alloc(3000, 'what follows')

const formats: readonly [name: string, unpack: Unpack, pack: (bytes: Uint8Array) => Buffer][] = [
  ['deflate', chunkSize => createInflateRaw({ chunkSize, finishFlush: constants.Z_SYNC_FLUSH }), deflateRawSync],
  [
    'brotli',
    chunkSize => createBrotliDecompress({ chunkSize, finishFlush: constants.BROTLI_OPERATION_FLUSH }),
    brotliCompressSync,
  ],
  ['zstd', chunkSize => createZstdDecompress({ chunkSize, finishFlush: constants.ZSTD_e_flush }), zstdCompressSync],
]

interface Unpacked {
  readonly text: string
  readonly consumed: number
  readonly damaged: boolean
}

/** @param most bytes that are wanted */
async function unpackBy(
  kind: typeof DirectUnpacker | typeof StreamedUnpacker,
  unpack: Unpack,
  data: Uint8Array,
  piece: number,
  most = Number.POSITIVE_INFINITY,
): Promise<Unpacked> {
  const parts: Buffer[] = []
  let [unpacked, largest] = [0, 0]
  const unpacker = new kind(
    unpack,
    async bytes => {
      largest = Math.max(largest, bytes.length)
      parts.push(Buffer.from(bytes))
      unpacked += bytes.length
      return unpacked < most
    },
    BLOCK,
  )
  for (let at = 0, isOpen = true; at < data.length && isOpen; at += piece)
    isOpen = await unpacker.write(data.subarray(at, at + piece))
  if (unpacked >= most) expect(await unpacker.write(after)).toBe(false)
  await unpacker.end()
  expect(largest).toBeLessThanOrEqual(BLOCK)
  return { text: Buffer.concat(parts).toString('latin1'), consumed: unpacker.consumed, damaged: unpacker.damaged }
}

test('this Node lets data be unpacked in this thread', () => {
  expect(isDirect).toBe(true)
})

for (const [name, unpack, pack] of formats) {
  test(`${name} is unpacked in this thread as a stream unpacks it: whole, cut, damaged, with other bytes behind`, async () => {
    const packed = pack(text)
    const damaged = Buffer.from(packed).fill(0xff, packed.length >> 1, (packed.length >> 1) + 40)
    for (const piece of [37, 1000, 65_536]) {
      const whole = await unpackBy(DirectUnpacker, unpack, Buffer.concat([packed, after]), piece)
      expect(whole).toEqual({ text: text.toString('latin1'), consumed: packed.length, damaged: false })
      for (const data of [packed, Buffer.concat([packed, after]), packed.subarray(0, -50), damaged, after])
        expect(await unpackBy(DirectUnpacker, unpack, data, piece)).toEqual(
          await unpackBy(StreamedUnpacker, unpack, data, piece),
        )
    }
  })

  test(`${name}: what is not wanted is not unpacked`, async () => {
    const bomb = pack(Buffer.alloc(64 * 2 ** 20))
    const { text, damaged } = await unpackBy(DirectUnpacker, unpack, bomb, bomb.length, 5 * BLOCK)
    expect(text).toBe('\0'.repeat(5 * BLOCK))
    expect(damaged).toBe(false)
  })
}

test('timers get their turn while much is unpacked', async () => {
  let [turns, isDone] = [0, false]
  const count = (): void => {
    turns += 1
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  const packed = deflateRawSync(Buffer.alloc(16 * 2 ** 20))
  const [[, unpack]] = formats as [(typeof formats)[number]]
  await unpackBy(DirectUnpacker, unpack, packed, packed.length)
  isDone = true
  expect(turns).toBeGreaterThanOrEqual(15)
})
