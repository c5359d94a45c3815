import { GRAM, hashOfWindow, hashOfWords, STRIDE, WINDOW, wordsOf } from './gram.ts'

/** Bits for each window, of which `PROBES` are set: one in a thousand is then taken for known and is not. */
const BITS_A_WINDOW = 20
const PROBES = 4
const FEWEST_BITS = 2 ** 12
const [FIRST_SEED, SECOND_SEED] = [0x1b873593, 0x5bd1e995]

/**
 * Remembers which bytes were there already, as a Bloom filter of one window in eight: no text, and nothing that it
 * could be read from. 31 bytes that were there are known again, until it is full; others rarely are.
 */
export class StopList {
  readonly #bits: Uint32Array
  readonly #mask: number
  readonly #most: number
  #known = 0

  /** @param bytes how many it is made for: twice and a half as many bits are kept in memory */
  constructor(bytes: number) {
    const wanted = Math.max(FEWEST_BITS, (bytes / STRIDE) * BITS_A_WINDOW)
    const bits = 2 ** Math.ceil(Math.log2(wanted))
    this.#bits = new Uint32Array(bits / 32)
    this.#mask = bits - 1
    this.#most = bits / BITS_A_WINDOW
  }

  /** Something was not taken in, since there was no room left. */
  get isFull(): boolean {
    return this.#known >= this.#most
  }

  /** Takes in what stands between two places of the bytes. */
  add(bytes: Uint8Array, from: number, end: number): void {
    const words = wordsOf(bytes)
    const last = Math.min(end, words.length * 4) - WINDOW
    for (let at = from & -STRIDE; at <= last && !this.isFull; at += STRIDE) {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = words.subarray(at >> 2, (at + WINDOW) >> 2)
      if (a === b && b === c && c === d) continue
      const hash = (seed: number): number => hashOfWords(hashOfWords(a, b, c, d, seed), e, f, 0, seed)
      if (this.#put(hash(FIRST_SEED), hash(SECOND_SEED))) this.#known += 1
    }
  }

  /** For each byte, 1 where the gram that begins there lies in a run of known bytes. */
  marks(bytes: Uint8Array): Uint8Array {
    const marks = new Uint8Array(bytes.length)
    for (let at = 0; at + WINDOW <= bytes.length; at++) {
      // Of a run of known bytes only one window in eight was taken in.
      if (this.#has(bytes, at)) marks.fill(1, Math.max(0, at - STRIDE + 1), at + WINDOW - GRAM + STRIDE)
    }
    return marks
  }

  #put(first: number, second: number): boolean {
    let isNew = false
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = (first + Math.imul(probe, second)) & this.#mask
      const before = this.#bits[bit >>> 5] ?? 0
      const after = before | (1 << (bit & 31))
      if (before >>> 0 === after >>> 0) continue
      this.#bits[bit >>> 5] = after
      isNew = true
    }
    return isNew
  }

  #has(bytes: Uint8Array, at: number): boolean {
    const [first, second] = [hashOfWindow(bytes, at, FIRST_SEED), hashOfWindow(bytes, at, SECOND_SEED)]
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = (first + Math.imul(probe, second)) & this.#mask
      if ((((this.#bits[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 0) return false
    }
    return true
  }
}
