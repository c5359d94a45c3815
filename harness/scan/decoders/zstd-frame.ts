import type { Ending, Parser } from './parsing.ts'
import { ended, whole } from './parsing.ts'

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
/** Programs that write zstd hold its magic as a constant, with anything behind it. */
const CREDIBLE = 64
const dictionaryBytes = [0, 1, 2, 4]
const contentBytes = [0, 2, 4, 8]

/**
 * Follows a frame of zstd (RFC 8878, 3.1.1) from block to block. What comes out is the frame itself, up to its end; the
 * checksum is taken away, so that a wrong one does not matter.
 */
export function* parseZstdFrame(name: string): Parser {
  const begin = yield FIXED_SIZE
  const descriptor = begin[FIXED_SIZE - 1] ?? 0
  const isSingle = (descriptor & SINGLE_SEGMENT) !== 0
  const windowBytes = isSingle ? 0 : 1
  const idBytes = dictionaryBytes[descriptor & 3] ?? 0
  const sizeBytes = isSingle && descriptor >> 6 === 0 ? 1 : (contentBytes[descriptor >> 6] ?? 0)
  const rest = yield windowBytes + idBytes + sizeBytes
  if (begin.length < FIXED_SIZE || rest.length < windowBytes + idBytes + sizeBytes) return whole
  const first = yield BLOCK_HEADER_SIZE
  if (!isBlock(first)) return whole
  const id = rest.subarray(windowBytes, windowBytes + idBytes)
  if (id.some(byte => byte !== 0)) return ended(`${name} that was made with a dictionary was not unpacked`)
  const window = isSingle ? littleEndian(rest.subarray(idBytes)) : windowOf(rest[0] ?? 0)
  if (window > 2 ** ZSTD_WINDOW_LOG) return ended(`${name} with a window of ${window} bytes was not unpacked`)
  const header = Buffer.concat([begin, rest])
  header[FIXED_SIZE - 1] = descriptor & ~CHECKSUM
  yield header
  return yield* parseBlocks(name, first, (descriptor & CHECKSUM) !== 0)
}

function* parseBlocks(
  name: string,
  first: Uint8Array,
  hasChecksum: boolean,
): Generator<number | Uint8Array, Ending, Uint8Array> {
  let given = 0
  let batch: Uint8Array[] = []
  for (let header = first; ; header = yield BLOCK_HEADER_SIZE) {
    if (!isBlock(header)) {
      yield Buffer.concat(batch)
      if (header.length < BLOCK_HEADER_SIZE || given < CREDIBLE) return whole
      return ended(`${name} is damaged after ${given} bytes of its blocks`)
    }
    const size = sizeOf(header)
    const block = yield size
    batch.push(header, block)
    given += BLOCK_HEADER_SIZE + size
    const isLast = ((header[0] ?? 0) & 1) === 1
    if (isLast || given < ALONE_UP_TO || block.length < size || batch.length * BLOCK_HEADER_SIZE + size > BATCH) {
      yield Buffer.concat(batch)
      batch = []
    }
    if (isLast) break
  }
  if (hasChecksum) yield CHECKSUM_SIZE
  return whole
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

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** The number that up to 8 bytes are, lowest first; a content size of 2 bytes is 256 less than it should be, which is no matter. */
function littleEndian(bytes: Uint8Array): number {
  return bytes.reduce((value, byte, index) => value + byte * 256 ** index, 0)
}
