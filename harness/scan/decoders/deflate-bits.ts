import type { Codes } from '../../canary/form.ts'

/** Types of a block (RFC 1951, 3.2.3). */
export const STORED = 0
export const FIXED = 1
export const DYNAMIC = 2

/** Codes of what deflate unpacks to: below it are literals, above it lengths (RFC 1951, 3.2.5). */
export const END_OF_BLOCK = 256
export const LAST_LENGTH = 285

/** Extra bits of the length codes from 257 on, and of the distance codes. */
export const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
export const lengthBase = lengthExtra.map((_, code) =>
  code === 28 ? 258 : 3 + lengthExtra.slice(0, code).reduce((sum, bits) => sum + 2 ** bits, 0),
)
export const distanceExtra = Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1))
export const distanceBase = distanceExtra.map((_, code) =>
  distanceExtra.slice(0, code).reduce((sum, bits) => sum + 2 ** bits, 1),
)

/** The codes ended. */
export class Exhausted extends Error {}
const exhausted = new Exhausted()

/** Reads bits as deflate packs them, the lowest of a byte first; throws `Exhausted` at the end. */
export class DeflateBits {
  readonly #codes: Codes
  #bit: number

  constructor(codes: Codes, at: number) {
    this.#codes = codes
    this.#bit = at * 8
  }

  /** The next bits, the first of them lowest. */
  take(count: number): number {
    let value = 0
    for (let index = 0; index < count; index++, this.#bit++) {
      const code = this.#codes[this.#bit >> 3] ?? -1
      if (code < 0) throw exhausted
      value |= ((code >> (this.#bit & 7)) & 1) << index
    }
    return value
  }

  /** The next bits, the first of them highest, as Huffman codes are packed. */
  takeReversed(count: number): number {
    let value = 0
    for (let index = 0; index < count; index++) value = (value << 1) | this.take(1)
    return value
  }

  toByte(): void {
    this.#bit = (this.#bit + 7) & ~7
  }

  skipBytes(count: number): void {
    this.#bit += count * 8
  }
}
