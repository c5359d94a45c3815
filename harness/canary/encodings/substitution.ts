import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'

/** Every byte stands for another, whatever is around it. */
function formOf(decode: (byte: number) => number): Form {
  const read = (codes: Codes, at: number, unit: Unit): boolean => {
    const code = codes[at] ?? UNKNOWN
    return code !== UNKNOWN && unit.one(decode(code), at, at + 1)
  }
  return {
    width: 1,
    period: 1,
    skip: 0,
    first: read,
    next: read,
    previous: (codes, end, unit) => read(codes, end - 1, unit),
  }
}

function encoderOf(
  name: string,
  stack: Encoder['stack'],
  encode: (byte: number) => number,
  decode: (byte: number) => number,
): Encoder {
  return { name, encode: bytes => bytes.map(encode), form: formOf(decode), over: 'canary', stack }
}

const isLower = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a
const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a
const toUpper = (byte: number): number => (isLower(byte) ? byte - 0x20 : byte)
const toLower = (byte: number): number => (isUpper(byte) ? byte + 0x20 : byte)

function rot13(byte: number): number {
  if (!isLower(byte) && !isUpper(byte)) return byte
  const first = isLower(byte) ? 0x61 : 0x41
  return first + ((byte - first + 13) % 26)
}

const KEYS = Array.from({ length: 255 }, (_, index) => index + 1)

/** Upper case, ROT13, and the exclusive or with one byte: all 255. */
export const substitutionEncoders: readonly Encoder[] = [
  encoderOf('upper', 'one', toUpper, toLower),
  encoderOf('rot13', 'one', rot13, rot13),
  ...KEYS.map(key => {
    const flip = (byte: number): number => byte ^ key
    return encoderOf('xor', 'alone', flip, flip)
  }),
]
