import type { Ending, Parser } from './parsing.ts'
import { doubtful, ended, whole } from './parsing.ts'

/** Windows of 128 MiB: what the library takes by default, and the most that one container may hold in memory. */
export const ZSTD_WINDOW_LOG = 27

const FIXED_SIZE = 5
const SINGLE_SEGMENT = 0x20
const CHECKSUM = 0x04
const CHECKSUM_SIZE = 4
const BLOCK_HEADER_SIZE = 3
const RUN = 1
const RESERVED = 3
const LARGEST_BLOCK = 128 * 1024
/** Up to here each block is given alone, so that a damaged one does not take those before it along. */
const ALONE_UP_TO = 64 * 1024
const BATCH = 32 * 1024
/** Programs that write zstd hold its magic as a constant, with anything behind it: so many blocks do not follow there. */
const CERTAIN_BLOCKS = 3
/** A bit that writers leave unset. */
const UNUSED = 0x10
const COMPRESSED = 2
const dictionaryBytes = [0, 1, 2, 4]
const contentBytes = [0, 2, 4, 8]

/** What was read of a frame. */
export interface ZstdFrame {
  /** the checksum after it, once it was read */
  checksum: Uint8Array | null
  /** no other bytes begin like it */
  isCertain: boolean
  /** one of its blocks is compressed: other bytes do not unpack as such */
  isCompressed: boolean
  /** what its blocks up to now unpack to, in bytes, but for compressed ones */
  stored: number
}

/**
 * Follows a frame of zstd (RFC 8878, 3.1.1) from block to block. What comes out is the frame itself, up to its end and
 * without its checksum.
 */
export function* parseZstdFrame(name: string, frame: ZstdFrame): Parser {
  const begin = yield FIXED_SIZE
  const descriptor = begin[FIXED_SIZE - 1] ?? 0
  const isSingle = (descriptor & SINGLE_SEGMENT) !== 0
  const windowBytes = isSingle ? 0 : 1
  const idBytes = dictionaryBytes[descriptor & 3] ?? 0
  const sizeBytes = isSingle && descriptor >> 6 === 0 ? 1 : (contentBytes[descriptor >> 6] ?? 0)
  const rest = yield windowBytes + idBytes + sizeBytes
  if (begin.length < FIXED_SIZE || rest.length < windowBytes + idBytes + sizeBytes) return whole
  const first = yield BLOCK_HEADER_SIZE
  if (first.length < BLOCK_HEADER_SIZE) return whole
  if (!isBlock(first)) return doubtful(`${name} is damaged at its first block`)
  const isUsual = (descriptor & UNUSED) === 0
  const id = rest.subarray(windowBytes, windowBytes + idBytes)
  const refused = (reason: string): Ending => {
    frame.isCertain = isUsual
    return ended(`${name} ${reason} was not unpacked`)
  }
  if (id.some(byte => byte !== 0)) return refused('that was made with a dictionary')
  const window = isSingle ? littleEndian(rest.subarray(idBytes)) : windowOf(rest[0] ?? 0)
  if (window > 2 ** ZSTD_WINDOW_LOG) return refused(`with a window of ${window} bytes`)
  const header = Buffer.concat([begin, rest])
  header[FIXED_SIZE - 1] = descriptor & ~CHECKSUM
  yield header
  const ending = yield* parseBlocks(name, first, frame, isUsual)
  frame.isCertain ||= sizeBytes > 1 && contentSize(rest.subarray(windowBytes + idBytes)) === frame.stored
  if (ending.damage === null && (descriptor & CHECKSUM) !== 0) frame.checksum = Uint8Array.from(yield CHECKSUM_SIZE)
  return ending
}

function* parseBlocks(
  name: string,
  first: Uint8Array,
  frame: ZstdFrame,
  isUsual: boolean,
): Generator<number | Uint8Array, Ending, Uint8Array> {
  let given = 0
  let count = 0
  let batch: Uint8Array[] = []
  for (let header = first; ; header = yield BLOCK_HEADER_SIZE) {
    if (!isBlock(header)) {
      yield Buffer.concat(batch)
      return header.length < BLOCK_HEADER_SIZE
        ? whole
        : doubtful(`${name} is damaged after ${given} bytes of its blocks`)
    }
    const size = sizeOf(header)
    const block = yield size
    const isCompressed = typeOf(header) === COMPRESSED
    frame.isCompressed ||= isCompressed
    if (!isCompressed) frame.stored += littleEndian(header) >> 3
    frame.isCertain ||= ++count >= CERTAIN_BLOCKS || (isUsual && isCompressed && hasLiterals(block, size))
    batch.push(header, block)
    given += BLOCK_HEADER_SIZE + size
    const isLast = ((header[0] ?? 0) & 1) === 1
    if (isLast || given < ALONE_UP_TO || block.length < size || batch.length * BLOCK_HEADER_SIZE + size > BATCH) {
      yield Buffer.concat(batch)
      batch = []
    }
    if (block.length < size && isCompressed)
      return doubtful(`${name} ends within a block, whose ${block.length} bytes were not unpacked`)
    if (isLast) return whole
  }
}

/** Whether a compressed block may begin its frame: its literals (3.1.1.3.1.1) are within it, and sized as writers do. */
function hasLiterals(block: Uint8Array, size: number): boolean {
  const [first = 0] = block
  const kind = first & 3
  const format = (first >> 2) & 3
  const head = littleEndian(block.subarray(0, 5))
  if (kind > COMPRESSED) return false
  if (kind < COMPRESSED) {
    const bits = [5, 12, 5, 20][format] ?? 0
    const count = Math.floor(head / (bits === 5 ? 8 : 16)) % 2 ** bits
    return (
      (kind === RUN ? 1 : count) + ((bits + 11) >> 3) <= size && count >= (format === 3 ? 4096 : format === 1 ? 32 : 0)
    )
  }
  const bits = [10, 10, 14, 18][format] ?? 0
  const count = Math.floor(head / 16) % 2 ** bits
  const packed = Math.floor(head / 2 ** (4 + bits)) % 2 ** bits
  const isSized = count >= ([6, 6, 1024, 16_384][format] ?? 0) && count <= LARGEST_BLOCK
  return isSized && packed < count && packed > 0 && (4 + 2 * bits) / 8 + packed < size
}

const typeOf = (header: Uint8Array): number => ((header[0] ?? 0) >> 1) & 3

/** Bytes of the block that follow its header: one for a run. */
function sizeOf(header: Uint8Array): number {
  return typeOf(header) === RUN ? 1 : littleEndian(header) >> 3
}

function isBlock(header: Uint8Array): boolean {
  return (
    header.length === BLOCK_HEADER_SIZE && typeOf(header) !== RESERVED && littleEndian(header) >> 3 <= LARGEST_BLOCK
  )
}

/** What the header says that all blocks unpack to. */
function contentSize(bytes: Uint8Array): number {
  return littleEndian(bytes) + (bytes.length === 2 ? 256 : 0)
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** The number that up to 8 bytes are, lowest first; a content size of 2 bytes is 256 less than it should be, which is no matter. */
function littleEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte, index) => value + byte * 256 ** index, 0)
}
