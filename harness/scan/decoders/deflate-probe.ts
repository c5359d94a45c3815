import type { Codes } from '../../canary/form.ts'
import {
  DeflateBits,
  DYNAMIC,
  distanceBase,
  distanceExtra,
  END_OF_BLOCK,
  Exhausted,
  FIXED,
  LAST_LENGTH,
  lengthBase,
  lengthExtra,
  STORED,
} from './deflate-bits.ts'

const MOST_LITERALS = 286
const MOST_DISTANCES = 30
/** A complete code of lengths up to 7 bits fills so many places. */
const COMPLETE = 128

/**
 * Whether raw deflate (RFC 1951) may begin at `at`, judged by the codes that are there, without unpacking: nearly all
 * bytes that are none are told apart here, at the cost of a few dozen bits.
 */
export function mayBeDeflate(codes: Codes, at: number): boolean {
  const bits = new DeflateBits(codes, at)
  try {
    bits.take(1)
    const type = bits.take(2)
    if (type === STORED) return mayBeStored(bits)
    if (type === DYNAMIC) return mayBeDynamic(bits)
    return type === FIXED && mayBeFixed(bits)
  } catch (error) {
    if (error instanceof Exhausted) return true
    throw error
  }
}

function mayBeStored(bits: DeflateBits): boolean {
  bits.toByte()
  const length = bits.take(16)
  return (length ^ bits.take(16)) === 0xffff
}

/** The lengths of the code for lengths must be a complete code. */
function mayBeDynamic(bits: DeflateBits): boolean {
  if (bits.take(5) + 257 > MOST_LITERALS || bits.take(5) + 1 > MOST_DISTANCES) return false
  let places = 0
  for (let left = bits.take(4) + 4; left > 0; left--) {
    const length = bits.take(3)
    if (length > 0) places += COMPLETE >> length
  }
  return places === COMPLETE
}

/** With the fixed code, what is none soon asks for bytes from before the beginning. */
function mayBeFixed(bits: DeflateBits): boolean {
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

function fixedSymbol(bits: DeflateBits): number {
  const seven = bits.takeReversed(7)
  if (seven < 0x18) return seven + 256
  const eight = (seven << 1) | bits.take(1)
  if (eight < 0xc0) return eight - 0x30
  if (eight < 0xc8) return eight - 0xc0 + 280
  return ((eight << 1) | bits.take(1)) - 0x190 + 144
}
