import type { Codes } from '../../canary/form.ts'

const STORED = 0
const FIXED = 1
const DYNAMIC = 2
const MOST_LITERALS = 286
const MOST_DISTANCES = 30
/** A complete code of lengths up to 7 bits fills so many places. */
const COMPLETE = 128
const END_OF_BLOCK = 256
const LAST_LENGTH = 285

/** Extra bits of the length codes from 257 on, and of the distance codes (RFC 1951, 3.2.5). */
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const lengthBase = lengthExtra.map((_, code) =>
  code === 28 ? 258 : 3 + lengthExtra.slice(0, code).reduce((sum, bits) => sum + 2 ** bits, 0),
)
const distanceExtra = Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1))
const distanceBase = distanceExtra.map((_, code) =>
  distanceExtra.slice(0, code).reduce((sum, bits) => sum + 2 ** bits, 1),
)

/** The codes ended: so far nothing was wrong. */
class Exhausted extends Error {}
const exhausted = new Exhausted()

class Bits {
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
}

/**
 * Whether raw deflate (RFC 1951) may begin at `at`, judged by the codes that are there, without unpacking: nearly all
 * bytes that are none are told apart here, at the cost of a few dozen bits.
 */
export function mayBeDeflate(codes: Codes, at: number): boolean {
  const bits = new Bits(codes, at)
  try {
    bits.take(1)
    const type = bits.take(2)
    if (type === STORED) return mayBeStored(bits)
    if (type === DYNAMIC) return mayBeDynamic(bits)
    return type === FIXED && mayBeFixed(bits)
  } catch (error) {
    if (error === exhausted) return true
    throw error
  }
}

function mayBeStored(bits: Bits): boolean {
  bits.toByte()
  const length = bits.take(16)
  return (length ^ bits.take(16)) === 0xffff
}

/** The lengths of the code for lengths must be a complete code. */
function mayBeDynamic(bits: Bits): boolean {
  if (bits.take(5) + 257 > MOST_LITERALS || bits.take(5) + 1 > MOST_DISTANCES) return false
  let places = 0
  for (let left = bits.take(4) + 4; left > 0; left--) {
    const length = bits.take(3)
    if (length > 0) places += COMPLETE >> length
  }
  return places === COMPLETE
}

/** With the fixed code, what is none soon asks for bytes from before the beginning. */
function mayBeFixed(bits: Bits): boolean {
  for (let unpacked = 0; ; ) {
    const symbol = fixedSymbol(bits)
    if (symbol === END_OF_BLOCK) return true
    if (symbol > LAST_LENGTH) return false
    if (symbol < END_OF_BLOCK) {
      unpacked++
      continue
    }
    const length = (lengthBase[symbol - 257] ?? 0) + bits.take(lengthExtra[symbol - 257] ?? 0)
    const code = bits.takeReversed(5)
    const base = distanceBase[code]
    if (base === undefined || base + bits.take(distanceExtra[code] ?? 0) > unpacked) return false
    unpacked += length
  }
}

function fixedSymbol(bits: Bits): number {
  const seven = bits.takeReversed(7)
  if (seven < 0x18) return seven + 256
  const eight = (seven << 1) | bits.take(1)
  if (eight < 0xc0) return eight - 0x30
  if (eight < 0xc8) return eight - 0xc0 + 280
  return ((eight << 1) | bits.take(1)) - 0x190 + 144
}
