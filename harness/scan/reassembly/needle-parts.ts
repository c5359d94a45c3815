/** Of a needle of at least 11 bytes that is cut once, so many are whole on one side of the cut. */
const PART = 6
/** What is looked for is a bit in so many, of a hash. */
const HASH_BITS = 23
const SPREAD = 0x9e3779b1
const HASH = 0x85ebca6b
/** Bytes of the shortest needle that is in pieces of which one is known. */
const SHORTEST = 2 * PART - 1

/** The parts of 6 bytes of all needles: what stands at a cut, on one side of it or the other. May say yes by chance. */
export class NeedleParts {
  readonly #bits = new Uint32Array(2 ** (HASH_BITS - 5))
  /** there are needles that are too short to tell */
  #isBlind = false

  constructor(needles: readonly Uint8Array[]) {
    for (const needle of needles) {
      if (needle.length < SHORTEST) this.#isBlind = true
      for (let at = 0; at + PART <= needle.length; at++) {
        const hash = hashAt(needle, at)
        this.#bits[hash >>> 5] = (this.#bits[hash >>> 5] ?? 0) | (1 << (hash & 31))
      }
    }
  }

  /** Whether a needle may lie over the cut between these two ranges, and ends within both. */
  mayLieOver(before: Uint8Array, from: number, cut: number, after: Uint8Array, start: number, to: number): boolean {
    if (this.#isBlind) return true
    return (cut - from >= PART && this.#has(before, cut - PART)) || (to - start >= PART && this.#has(after, start))
  }

  #has(bytes: Uint8Array, at: number): boolean {
    const hash = hashAt(bytes, at)
    return ((this.#bits[hash >>> 5] ?? 0) & (1 << (hash & 31))) !== 0
  }
}

function hashAt(bytes: Uint8Array, at: number): number {
  const low =
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)
  const high = (bytes[at + 4] ?? 0) | ((bytes[at + 5] ?? 0) << 8)
  return Math.imul(Math.imul(low, SPREAD) ^ high ^ (low >>> 15), HASH) >>> (32 - HASH_BITS)
}
