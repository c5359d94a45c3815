/** Bytes that are compared at once: of 23 that two texts share, 16 begin at a multiple of 8 in either of them. */
export const GRAM = 16
/** Bytes that tell one text from another: of what is shared, fewer are chance. */
export const WINDOW = 24
/** The scan looks at a gram at every so many bytes. */
export const STRIDE = 8
/** Fewer different bytes in a gram say nothing: zeros, rules of dashes, blanks. */
const FEWEST_DIFFERENT = 6

const [SPREAD, MIX, STIR] = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35]

/** 32 bits of hash of four little-endian words. Different seeds give hashes that know nothing of each other. */
export function hashOfWords(a: number, b: number, c: number, d: number, seed: number): number {
  let hash = Math.imul(a ^ seed, SPREAD)
  hash = Math.imul(hash ^ (hash >>> 15) ^ b, MIX)
  hash = Math.imul(hash ^ (hash >>> 13) ^ c, STIR)
  hash = Math.imul(hash ^ (hash >>> 16) ^ d, SPREAD)
  hash = Math.imul(hash ^ (hash >>> 15), MIX)
  return hash ^ (hash >>> 13)
}

/** The hash of the gram that begins at `at`, wherever that is. */
export function hashAt(bytes: Uint8Array, at: number, seed: number): number {
  return hashOfWords(wordAt(bytes, at), wordAt(bytes, at + 4), wordAt(bytes, at + 8), wordAt(bytes, at + 12), seed)
}

/** The hash of a window of `WINDOW` bytes that begins at `at`. */
export function hashOfWindow(bytes: Uint8Array, at: number, seed: number): number {
  return hashOfWords(hashAt(bytes, at, seed), wordAt(bytes, at + 16), wordAt(bytes, at + 20), 0, seed)
}

/** The bytes as words of 4; those at the end that fill none are left out. A copy where memory is not aligned. */
export function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes)
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2)
}

/** Whether the gram that begins at `at` is of enough different bytes to be told from any other. */
export function isTelling(bytes: Uint8Array, at: number): boolean {
  let [seen, different] = [0, 0]
  for (let index = at; index < at + GRAM; index++) {
    // Bytes with the same five last bits are counted as one: near enough, and fast.
    const bit = 1 << (bytes[index] ?? 0)
    if ((seen & bit) !== 0) continue
    seen |= bit
    different += 1
    if (different >= FEWEST_DIFFERENT) return true
  }
  return false
}

/** Whether two grams are the same, byte by byte. */
export function isSameGram(one: Uint8Array, oneAt: number, other: Uint8Array, otherAt: number): boolean {
  for (let index = 0; index < GRAM; index++) {
    if (one[oneAt + index] !== other[otherAt + index]) return false
  }
  return true
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
}
