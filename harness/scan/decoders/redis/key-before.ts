/** RDB_TYPE_STRING: a key and its value follow. */
const STRING_TYPE = 0
/** A length in one byte (rdbLoadLenByRef). */
const LONGEST_KEY = 63
const LAST_TYPE = 0x1f
const FIRST_OPERATION = 0xf0
const SPACE = 0x20

/** Bytes before a value in which its key can be read. */
export const KEY_REACH = LONGEST_KEY + 2

/**
 * Whether the value from `at` to `end` is one that a snapshot (rdb.c) stores for a key: the type of a string stands before
 * it with a key of up to 63 bytes without control characters, and after it what may begin the next entry, unless the
 * bytes end there. Other bytes that look like the header of a packed string have all this less than once in 2^20.
 */
export function isStoredForKey(bytes: Uint8Array, at: number, end: number): boolean {
  const next = bytes[end] ?? STRING_TYPE
  if (next > LAST_TYPE && next < FIRST_OPERATION) return false
  for (let size = 1, from = at - 1; size <= LONGEST_KEY && (bytes[from] ?? 0) >= SPACE; size++, from--)
    if (bytes[from - 1] === size && bytes[from - 2] === STRING_TYPE) return true
  return false
}
