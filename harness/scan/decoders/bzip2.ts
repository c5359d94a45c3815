import { BitReader, CutShort } from './bit-reader.ts'
import type { Bwt } from './bzip2-block.ts'
import { readBzip2Block } from './bzip2-block.ts'
import { bzip2Crc } from './checksum.ts'
import type { CarvedDecoder, Decoding } from './decoder.ts'
import type { Parser } from './parsing.ts'
import { ended, Parsing, whole } from './parsing.ts'
import { damaged, wrongChecksum } from './unpacking.ts'

const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9]
const HEADER_SIZE = 4
const LEVEL_UNIT = 100_000
const BLOCK_MAGIC = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]
const END_MAGIC = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]
const CHECKSUM_BITS = 32
/** Blocks do not say their size: one is tried when so much is there, and again when twice as much is. */
const FIRST_TRY = 64 * 1024
/** No block of 900,000 symbols of 20 bits takes more. */
const LONGEST_BLOCK = 4 * 2 ** 20
const PIECE = 64 * 1024
const RUN = 4

/** A bzip2 stream: the format of bzip2 1.0, which its source alone describes. Each block has a checksum. */
export const bzip2Decoder: CarvedDecoder = {
  name: 'bzip2',
  kind: 'compressed',
  period: null,
  magics: levels.map(level => Uint8Array.of(...Buffer.from(`BZh${level}`), ...BLOCK_MAGIC)),
  wrapped: { depth: 1 },
  isPlausible: () => true,
  open: () => bzip2Decoding('bzip2'),
}

/** A stream of bzip2 in a container named `name`. */
export function bzip2Decoding(name: string): Decoding {
  return new Parsing(parse(name))
}

type Found = { readonly kind: 'block'; readonly block: Bwt } | { readonly kind: 'end' | 'cut' | 'wrong' }

function* parse(name: string): Parser {
  const header = yield HEADER_SIZE
  const level = (header[HEADER_SIZE - 1] ?? 0) - 0x30
  if (level < 1 || level > 9) return whole
  let unpacked = 0
  let bytes = Buffer.alloc(0)
  let bits = 0
  let isLast = false
  let isWrong = false
  for (;;) {
    const reader = new BitReader(bytes, bits)
    const found = next(reader, level * LEVEL_UNIT)
    if (found.kind === 'end') {
      const ending = isWrong ? ended(wrongChecksum(name)) : whole
      return { ...ending, unused: bytes.length - Math.ceil(reader.bit / 8) }
    }
    if (found.kind === 'block') {
      let sum = 0
      for (const piece of unpack(found.block)) {
        sum = bzip2Crc(piece, sum)
        unpacked += piece.length
        yield piece
      }
      isWrong ||= sum !== found.block.checksum
      bytes = bytes.subarray(reader.bit >> 3)
      bits = reader.bit & 7
      continue
    }
    if (found.kind === 'wrong' || isLast || bytes.length > LONGEST_BLOCK) return ended(damaged(name, unpacked))
    const wanted = Math.max(FIRST_TRY, bytes.length)
    const more = yield wanted
    isLast = more.length < wanted
    bytes = Buffer.concat([bytes, more])
  }
}

/** The next block, or the end, after whose checksum the reader then stands. */
function next(reader: BitReader, capacity: number): Found {
  try {
    const magic = Array.from({ length: BLOCK_MAGIC.length }, () => reader.take(8))
    if (magic.every((byte, index) => byte === END_MAGIC[index])) {
      reader.take(CHECKSUM_BITS)
      return { kind: 'end' }
    }
    if (!magic.every((byte, index) => byte === BLOCK_MAGIC[index])) return { kind: 'wrong' }
    const block = readBzip2Block(reader, capacity)
    return block === null ? { kind: 'wrong' } : { kind: 'block', block }
  } catch (error) {
    if (error instanceof CutShort) return { kind: 'cut' }
    throw error
  }
}

/** Undoes the sorting, and the runs: after four equal bytes comes how many more of them there are. */
function* unpack({ links, count, origin }: Bwt): Generator<Uint8Array> {
  let piece = Buffer.allocUnsafe(PIECE + 256)
  let length = 0
  let last = -1
  let run = 0
  let place = origin
  for (let index = 0; index < count; index++) {
    const entry = links[place] ?? 0
    const byte = entry & 0xff
    place = entry >>> 8
    if (run === RUN) {
      piece.fill(last, length, length + byte)
      length += byte
      run = 0
      last = -1
    } else {
      piece[length++] = byte
      run = byte === last ? run + 1 : 1
      last = byte
    }
    if (length >= PIECE) {
      yield piece.subarray(0, length)
      piece = Buffer.allocUnsafe(PIECE + 256)
      length = 0
    }
  }
  yield piece.subarray(0, length)
}
