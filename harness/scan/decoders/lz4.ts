import type { Codes } from '../../canary/form.ts'
import { beginsWith } from './checked.ts'
import { xxh32 } from './checksum.ts'
import type { CarvedDecoder } from './decoder.ts'
import { History } from './history.ts'
import { Lz4Walk, unpackLz4Block } from './lz4-block.ts'
import type { Ending, Parser } from './parsing.ts'
import { doubtful, ended, Parsing, whole } from './parsing.ts'
import { rawBlockDecoder } from './raw-block.ts'
import { damaged, wrongChecksum } from './unpacking.ts'

const magic = Uint8Array.of(0x04, 0x22, 0x4d, 0x18)
const BLOCK_CHECKSUM = 0x10
const CONTENT_SIZE = 0x08
const CONTENT_CHECKSUM = 0x04
const DICTIONARY = 0x01
const nothing = new Uint8Array(0)
/** A block may refer to so much before it. */
const WINDOW = 64 * 1024
const UNCOMPRESSED = 0x8000_0000
/** 4 is for blocks of 64 KiB, 7 for 4 MiB. */
const SMALLEST_SIZE_CODE = 4
/** No byte of a block unpacks to more. */
const BEST_RATIO = 255

/** An LZ4 frame, as lz4_Frame_format.md of the lz4 project describes it. */
export const lz4Decoder: CarvedDecoder = {
  name: 'lz4',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible,
  open: () => new Parsing(parse()),
}

/** An LZ4 block without a frame that a stream consists of. */
export const rawLz4Decoder = rawBlockDecoder('lz4', () => new Lz4Walk(), unpackLz4Block)

/** Version 1, no reserved bit, and a block size of 64 KiB to 4 MiB. */
function isPlausible(codes: Codes, at: number): boolean {
  const flags = codes[at + 4] ?? -1
  const size = codes[at + 5] ?? -1
  return (flags & 0xc2) === 0x40 && (size & 0x8f) === 0 && size >> 4 >= SMALLEST_SIZE_CODE
}

function* parse(): Parser {
  const header = yield magic.length + 2
  const flags = header[4] ?? 0
  const sizeCode = ((header[5] ?? 0) >> 4) & 7
  if (sizeCode < SMALLEST_SIZE_CODE) return whole
  const largest = 4 ** sizeCode * 256
  const rest = yield (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY ? 4 : 0) + 1
  if (flags & DICTIONARY) return ended('lz4 that was made with a dictionary was not unpacked')
  const isHeader = isHeaderRight(Buffer.concat([header.subarray(magic.length), rest]))
  let unpacked = 0
  let before: Uint8Array = nothing
  let isWrong = false
  const sum = xxh32()
  for (;;) {
    const size = yield 4
    if (size.length < 4) return endingOf(isWrong)
    const word = Buffer.from(size).readUInt32LE()
    if (word === 0) {
      const stored = flags & CONTENT_CHECKSUM ? yield 4 : nothing
      return endingOf(isWrong || isOther(stored, sum.digest()))
    }
    const packed = word % UNCOMPRESSED
    if (packed > largest) return { ...doubtful(damaged('lz4', unpacked)), isCertain: unpacked > 0 || isHeader }
    const block = yield packed
    const history = new History(Math.min(largest, block.length * BEST_RATIO), before)
    const isWhole =
      word >= UNCOMPRESSED
        ? history.literals(block, 0, packed)
        : unpackLz4Block(block, history) && block.length === packed
    unpacked += history.length - before.length
    sum.update(history.from(before.length))
    yield history.from(before.length)
    if (!isWhole) return ended(damaged('lz4', unpacked))
    before = Uint8Array.from(history.from(Math.max(0, history.length - WINDOW)))
    const stored = flags & BLOCK_CHECKSUM ? yield 4 : nothing
    isWrong ||= isOther(stored, xxh32Of(block))
  }
}

/** Whether the header ends with the second byte of its checksum, as no constant in a program does. */
function isHeaderRight(descriptor: Uint8Array): boolean {
  return descriptor.at(-1) === xxh32Of(descriptor.subarray(0, -1))[1]
}

function xxh32Of(bytes: Uint8Array): Uint8Array {
  const sum = xxh32()
  sum.update(bytes)
  return sum.digest()
}

/** Whether a checksum is there, and another one. */
function isOther(stored: Uint8Array, sum: Uint8Array): boolean {
  return stored.length === sum.length && !beginsWith(stored, sum)
}

function endingOf(isWrong: boolean): Ending {
  return isWrong ? ended(wrongChecksum('lz4')) : whole
}
