/** A string of a snapshot that is packed by LZF (rdb.c): the mark, both lengths, and the data. */
export interface PackedString {
  /** bytes of the mark and the lengths */
  readonly headerSize: number
  readonly packedSize: number
  readonly size: number
}

/** RDB_ENCVAL with RDB_ENC_LZF. */
export const LZF_MARK = 0xc3
/** Redis packs no shorter strings, and only if that saves 4 bytes. */
const SHORTEST = 21
const LEAST_SAVED = 4
/** proto-max-bulk-len, by default */
const LONGEST = 2 ** 29
/** A match of 3 bytes unpacks to at most 264. */
export const BEST_RATIO = 88

/** The header that begins at `at`; `cut` where the bytes end in it, null where none does. */
export function packedString(bytes: Buffer, at: number): PackedString | 'cut' | null {
  if (bytes[at] !== LZF_MARK) return null
  const packed = lengthAt(bytes, at + 1)
  if (packed === null || packed === 'cut') return packed
  const unpacked = lengthAt(bytes, packed.end)
  if (unpacked === null || unpacked === 'cut') return unpacked
  const isPossible =
    unpacked.value >= SHORTEST &&
    unpacked.value <= LONGEST &&
    packed.value + LEAST_SAVED <= unpacked.value &&
    unpacked.value <= packed.value * BEST_RATIO
  return isPossible ? { headerSize: unpacked.end - at, packedSize: packed.value, size: unpacked.value } : null
}

/** A length of 6, 14 or 32 bits, with its highest byte first (rdbLoadLenByRef). */
function lengthAt(bytes: Buffer, at: number): { value: number; end: number } | 'cut' | null {
  const first = bytes[at]
  if (first === undefined) return 'cut'
  const size = first < 0x40 ? 1 : first < 0x80 ? 2 : first === 0x80 ? 5 : 0
  if (size === 0) return null
  if (at + size > bytes.length) return 'cut'
  if (size === 5) return { value: bytes.readUInt32BE(at + 1), end: at + size }
  return { value: size === 1 ? first : bytes.readUInt16BE(at) & 0x3fff, end: at + size }
}
