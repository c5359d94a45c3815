import { isDigitPlace } from './spelling.ts'

const PERIOD = 5
const LETTER_BITS = Math.log2(26)
const DIGIT_BITS = Math.log2(10)

/** Characters of a magic that are certain by themselves: 61 bits, under 10^-6 accidental hits in a GiB for 2,000 needles. */
export const CERTAIN_CHARACTERS = 14

/** The fewest bits that so many characters of a magic, one after another, have: with as many digits as there can be. */
export function magicBits(characters: number): number {
  let fewest = Number.POSITIVE_INFINITY
  for (let position = 0; position < PERIOD; position++) {
    let bits = 0
    for (let index = 0; index < characters; index++) bits += isDigitPlace(position + index) ? DIGIT_BITS : LETTER_BITS
    fewest = Math.min(fewest, bits)
  }
  return fewest
}

/**
 * How many accidental hits to expect, at most: bytes × needles × 2^-bits. A magic is drawn at random whatever the bytes
 * are, so each needle stands at a place that was there before with a chance of 2^-bits at most, where bits are those of
 * the magic's characters that it covers; its length in bytes does not matter.
 * @param bytes scanned, also what came out of containers
 * @param needles looked for, each with at least `characters` characters of a magic
 */
export function expectedFalseHits(bytes: number, needles: number, characters: number): number {
  return bytes * needles * 2 ** -magicBits(characters)
}
