import type { Codes, Encoder, Form, Unit } from '../form.ts'

/** Text of `size` bytes a character, of which all but the one at place `letter` are zero. */
function wideForm(size: number, letter: number): Form {
  const read = (codes: Codes, at: number, unit: Unit): boolean => {
    for (let index = 0; index < size; index++) {
      if (index !== letter && codes[at + index] !== 0) return false
    }
    const value = codes[at + letter] ?? 0
    return value > 0 && unit.one(value, at, at + size)
  }
  return {
    width: size,
    period: size,
    skip: 0,
    first: read,
    next: read,
    previous: (codes, end, unit) => read(codes, end - size, unit),
  }
}

function encodeWide(bytes: Uint8Array, size: number, letter: number): Uint8Array {
  const text = new Uint8Array(bytes.length * size)
  for (const [index, byte] of bytes.entries()) text[index * size + letter] = byte
  return text
}

function encoderOf(name: string, size: number, letter: number, stack: Encoder['stack']): Encoder {
  return { name, encode: bytes => encodeWide(bytes, size, letter), form: wideForm(size, letter), over: 'text', stack }
}

/** Text of two and of four bytes a character (UTF-16, UTF-32), in both byte orders; and bytes as numbers of eight (numpy). */
export const wideEncoders: readonly Encoder[] = [
  encoderOf('utf16le', 2, 0, 'any'),
  encoderOf('utf16be', 2, 1, 'any'),
  encoderOf('utf32le', 4, 0, 'one'),
  encoderOf('utf32be', 4, 3, 'one'),
  encoderOf('int64le', 8, 0, 'alone'),
]
