import type { Codes, Encoder, Form, Unit } from '../form.ts'

/** @param letter where in its pair the character stands: 0 for little endian, 1 for big endian */
function pairForm(letter: 0 | 1): Form {
  const read = (codes: Codes, at: number, unit: Unit): boolean => {
    const value = codes[at + letter]
    if (value === undefined || value <= 0 || codes[at + 1 - letter] !== 0) return false
    return unit.one(value, at, at + 2)
  }
  return {
    width: 2,
    period: 2,
    skip: 0,
    first: read,
    next: read,
    previous: (codes, end, unit) => read(codes, end - 2, unit),
  }
}

function encodePairs(bytes: Uint8Array, letter: 0 | 1): Uint8Array {
  const pairs = new Uint8Array(bytes.length * 2)
  for (const [index, byte] of bytes.entries()) pairs[index * 2 + letter] = byte
  return pairs
}

/** Text of two bytes a character, in both byte orders. */
export const utf16Encoders: readonly Encoder[] = [
  { name: 'utf16le', encode: bytes => encodePairs(bytes, 0), form: pairForm(0), over: 'text' },
  { name: 'utf16be', encode: bytes => encodePairs(bytes, 1), form: pairForm(1), over: 'text' },
]
