/** A piece of a value that is kept out of line: a row of a TOAST table. */
export interface ToastChunk {
  /** of the value that it is a piece of */
  readonly value: number
  /** its place among the value's pieces, from 0 */
  readonly sequence: number
  readonly data: Buffer
  /** where it ends in the bytes that it was read from */
  readonly end: number
}

/** TOAST_MAX_CHUNK_SIZE of pages of 8 KiB (heaptoast.h): all pieces of a value but the last are of this size. */
export const CHUNK_SIZE = 1996
/** Values are at most 1 GiB. */
const MOST_CHUNKS = Math.ceil(2 ** 30 / CHUNK_SIZE)
const COLUMNS = 3
const COLUMNS_MASK = 0x07ff
const HAS_NULLS = 0x01
/** of a row's header without nulls, and what a record of the log keeps of it (htup_details.h, heapam_xlog.h) */
export const ROW_HEADER_SIZE = 24
const COLUMNS_AT = 18
const RECORD_HEADER_SIZE = 6
const SHORT_LENGTH = 0x01
const LENGTH_BITS = 0x03

/** The piece whose row begins at `at` in a page, or null where none does. */
export function chunkInPage(page: Buffer, at: number): ToastChunk | null {
  if (at + ROW_HEADER_SIZE + 9 > page.length) return null
  return isRow(page, at + COLUMNS_AT) ? chunkOf(page, at + ROW_HEADER_SIZE) : null
}

/** The piece that a record of the log inserts: data of its first block, and nothing else. */
export function chunkInRecord(data: Buffer): ToastChunk | null {
  if (data.length < RECORD_HEADER_SIZE + 9 || !isRow(data, 0)) return null
  const chunk = chunkOf(data, RECORD_HEADER_SIZE)
  return chunk?.end === data.length ? chunk : null
}

/** Three columns without nulls: the part of a row's header that the log keeps too. */
function isRow(bytes: Buffer, at: number): boolean {
  if (bytes[at + 4] !== ROW_HEADER_SIZE) return false
  return (bytes.readUInt16LE(at) & COLUMNS_MASK) === COLUMNS && (bytes.readUInt16LE(at + 2) & HAS_NULLS) === 0
}

/** Columns: chunk_id, chunk_seq and chunk_data, whose length stands before it in 1 or 4 bytes (varatt.h). */
function chunkOf(bytes: Buffer, at: number): ToastChunk | null {
  const value = bytes.readUInt32LE(at)
  const sequence = bytes.readUInt32LE(at + 4)
  if (value === 0 || sequence > MOST_CHUNKS) return null
  const begin = at + 8
  const first = bytes[begin] ?? 0
  if (first & SHORT_LENGTH) return cut(bytes, value, sequence, begin + 1, begin + (first >> 1))
  if (first & LENGTH_BITS || begin + 4 > bytes.length) return null
  return cut(bytes, value, sequence, begin + 4, begin + (bytes.readUInt32LE(begin) >>> 2))
}

function cut(bytes: Buffer, value: number, sequence: number, from: number, end: number): ToastChunk | null {
  if (end <= from || end - from > CHUNK_SIZE || end > bytes.length) return null
  return { value, sequence, data: bytes.subarray(from, end), end }
}
