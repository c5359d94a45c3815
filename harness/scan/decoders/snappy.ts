import { beginsWith } from './checked.ts'
import { maskedCrc32c } from './checksum.ts'
import type { CarvedDecoder } from './decoder.ts'
import { History } from './history.ts'
import type { Ending, Parser } from './parsing.ts'
import { ended, Parsing, whole } from './parsing.ts'
import { rawBlockDecoder } from './raw-block.ts'
import { SnappyWalk, snappyLength, unpackSnappyBlock } from './snappy-block.ts'
import { damaged, wrongChecksum } from './unpacking.ts'

const magic = Uint8Array.of(0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59)
const COMPRESSED = 0x00
const UNCOMPRESSED = 0x01
const FIRST_SKIPPABLE = 0x80
const CHECKSUM_SIZE = 4
/** of a chunk when unpacked, and with some slack when packed */
const LARGEST_CHUNK = 65_536
const LARGEST_PACKED = 80_000
/** No byte of a block unpacks to more: a copy of 3 bytes gives 64. */
const BEST_RATIO = 22
/** Skipped chunks are read in pieces of this size. */
const PIECE = 16_384

/** A snappy frame, as framing_format.txt of the snappy project describes it. */
export const snappyDecoder: CarvedDecoder = {
  name: 'snappy',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible: () => true,
  open: () => new Parsing(parse()),
}

/** A block of snappy without a frame that a stream consists of. */
export const rawSnappyDecoder = rawBlockDecoder('snappy', () => new SnappyWalk(), unpackSnappyBlock)

function* parse(): Parser {
  yield magic.length
  let isWrong = false
  let isCertain = false
  for (let unpacked = 0; ; ) {
    const header = yield 4
    if (header.length < 4) return endingOf(isWrong, isCertain)
    const type = header[0] ?? 0
    const size = (header[1] ?? 0) | ((header[2] ?? 0) << 8) | ((header[3] ?? 0) << 16)
    if (type >= FIRST_SKIPPABLE) {
      for (let left = size; left > 0; left -= PIECE) yield Math.min(left, PIECE)
      continue
    }
    // After the frame other bytes may stand; a chunk of an unknown kind or size is none of it.
    if (type > UNCOMPRESSED || size > LARGEST_PACKED) return { ...endingOf(isWrong, isCertain), unused: 4 }
    const chunk = yield size
    const data = chunk.subarray(CHECKSUM_SIZE)
    const history = new History(Math.min(LARGEST_CHUNK, data.length * BEST_RATIO))
    const isWhole = type === COMPRESSED ? unpackSnappyBlock(data, history) : history.literals(data, 0, data.length)
    unpacked += history.length
    const isRight = isWhole && beginsWith(chunk, maskedCrc32c(history.from(0)))
    isWrong ||= isWhole && !isRight
    isCertain ||= isRight || (type === COMPRESSED && isSized(data))
    yield history.from(0)
    if (!isWhole || chunk.length < size) return { ...ended(damaged('snappy', unpacked)), isCertain }
  }
}

/** Whether the block may be what a writer packed because it became smaller. */
function isSized(block: Uint8Array): boolean {
  const { value, end } = snappyLength(block)
  return block.length > end && value >= block.length - end && value <= LARGEST_CHUNK
}

/** Programs that know the format hold its magic, with anything behind it. */
function endingOf(isWrong: boolean, isCertain: boolean): Ending {
  return { ...(isWrong ? ended(wrongChecksum('snappy')) : whole), isCertain }
}
