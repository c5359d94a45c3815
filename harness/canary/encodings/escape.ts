import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { hexByte } from './hex.ts'

const BACKSLASH = 0x5c
const LETTER_X = 0x78
const QUOTE = 0x22
const APOSTROPHE = 0x27
const SPACE = 0x20
const DELETE = 0x7f

/** The byte that each one-letter escape stands for, by the letter's code. */
const shortEscapes = new Map(
  Object.entries({ '"': 0x22, "'": 0x27, '\\': 0x5c, a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 }).map(
    ([letter, byte]) => [letter.charCodeAt(0), byte] as const,
  ),
)

function readHex(codes: Codes, at: number, unit: Unit): boolean {
  if (codes[at] !== BACKSLASH || codes[at + 1] !== LETTER_X) return false
  const value = hexByte(codes, at + 2)
  return value !== UNKNOWN && unit.one(value, at, at + 4)
}

function readOctal(codes: Codes, at: number, unit: Unit): boolean {
  if (codes[at] !== BACKSLASH) return false
  let value = 0
  for (let index = at + 1; index < at + 4; index++) {
    const digit = (codes[index] ?? UNKNOWN) - 0x30
    if (digit < 0 || digit > 7) return false
    value = value * 8 + digit
  }
  return value <= 0xff && unit.one(value, at, at + 4)
}

function readShort(codes: Codes, at: number, unit: Unit): boolean {
  if (codes[at] !== BACKSLASH) return false
  const value = shortEscapes.get(codes[at + 1] ?? UNKNOWN)
  return value !== undefined && unit.one(value, at, at + 2)
}

function readBare(codes: Codes, at: number, unit: Unit): boolean {
  const code = codes[at] ?? UNKNOWN
  if (code < SPACE || mustEscape(code)) return false
  return unit.one(code, at, at + 1)
}

function readUnit(codes: Codes, at: number, unit: Unit): boolean {
  return (
    readHex(codes, at, unit) || readOctal(codes, at, unit) || readShort(codes, at, unit) || readBare(codes, at, unit)
  )
}

/** Whether the backslash at `at` begins an escape, and is not itself the second half of `\\`. */
function beginsEscape(codes: Codes, at: number): boolean {
  let run = 0
  while (codes[at - 1 - run] === BACKSLASH) run++
  return run % 2 === 0
}

function readPrevious(codes: Codes, end: number, unit: Unit): boolean {
  const isLong = readHex(codes, end - 4, unit) || readOctal(codes, end - 4, unit)
  if (isLong && beginsEscape(codes, end - 4)) return true
  if (readShort(codes, end - 2, unit) && beginsEscape(codes, end - 2)) return true
  return readBare(codes, end - 1, unit)
}

const form: Form = { width: 4, period: 1, skip: 0, first: readUnit, next: readUnit, previous: readPrevious }

/** What never stands bare inside quotes. */
const mustEscape = (code: number): boolean => code === BACKSLASH || code === QUOTE || code === APOSTROPHE

type Write = (byte: number) => string

const hex: Write = byte => `\\x${byte.toString(16).padStart(2, '0')}`
const upperHex: Write = byte => `\\x${byte.toString(16).padStart(2, '0').toUpperCase()}`
const octal: Write = byte => `\\${byte.toString(8).padStart(3, '0')}`

/** As Python shows bytes, and C and shells quote them: only what cannot be printed is escaped, backslash and quotes. */
const needed =
  (write: Write): Write =>
  byte => {
    if (mustEscape(byte)) return `\\${String.fromCharCode(byte)}`
    return byte < SPACE || byte >= DELETE ? write(byte) : String.fromCharCode(byte)
  }

function encoderOf(write: Write, stack: Encoder['stack']): Encoder {
  const encode = (bytes: Uint8Array): Uint8Array => Buffer.from(Array.from(bytes, write).join(''), 'latin1')
  return { name: 'escape', encode, form, over: 'bytes', stack }
}

/** Backslash escapes of C, Python, shells and Postgres: hex in both cases and octal, of every byte or where needed. */
export const escapeEncoders: readonly Encoder[] = [
  encoderOf(hex, 'one'),
  encoderOf(upperHex, 'pair'),
  encoderOf(needed(hex), 'one'),
  encoderOf(octal, 'one'),
  encoderOf(needed(octal), 'pair'),
]
