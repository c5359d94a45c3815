import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { hexByte } from './hex.ts'

const BACKSLASH = 0x5c
const QUOTE = 0x22
const ZERO = 0x30
const LETTER_U = 0x75
const SPACE = 0x20

/** The byte that each one-letter escape stands for, by the letter's code. */
const shortEscapes = new Map(
  Object.entries({ '"': 0x22, '\\': 0x5c, '/': 0x2f, b: 8, f: 12, n: 10, r: 13, t: 9 }).map(
    ([letter, byte]) => [letter.charCodeAt(0), byte] as const,
  ),
)

function readLongEscape(codes: Codes, at: number, unit: Unit): boolean {
  if (codes[at] !== BACKSLASH || codes[at + 1] !== LETTER_U) return false
  if (codes[at + 2] !== ZERO || codes[at + 3] !== ZERO) return false
  const value = hexByte(codes, at + 4)
  return value !== UNKNOWN && unit.one(value, at, at + 6)
}

function readShortEscape(codes: Codes, at: number, unit: Unit): boolean {
  if (codes[at] !== BACKSLASH) return false
  const value = shortEscapes.get(codes[at + 1] ?? UNKNOWN)
  return value !== undefined && unit.one(value, at, at + 2)
}

/** A character from U+0080 to U+00FF, which JSON writes as two bytes of UTF-8. */
function readHighCharacter(codes: Codes, at: number, unit: Unit): boolean {
  const lead = codes[at]
  const tail = codes[at + 1] ?? UNKNOWN
  if ((lead !== 0xc2 && lead !== 0xc3) || tail < 0x80 || tail > 0xbf) return false
  return unit.one(((lead & 3) << 6) | (tail & 0x3f), at, at + 2)
}

function readBare(codes: Codes, at: number, unit: Unit): boolean {
  const code = codes[at]
  if (code === undefined || code < SPACE || code >= 0x80 || code === QUOTE || code === BACKSLASH) return false
  return unit.one(code, at, at + 1)
}

function readUnit(codes: Codes, at: number, unit: Unit): boolean {
  return (
    readLongEscape(codes, at, unit) ||
    readShortEscape(codes, at, unit) ||
    readHighCharacter(codes, at, unit) ||
    readBare(codes, at, unit)
  )
}

/** Whether the backslash at `at` begins an escape, and is not itself the second half of `\\`. */
function beginsEscape(codes: Codes, at: number): boolean {
  let run = 0
  while (codes[at - 1 - run] === BACKSLASH) run++
  return run % 2 === 0
}

function readPrevious(codes: Codes, end: number, unit: Unit): boolean {
  if (readLongEscape(codes, end - 6, unit) && beginsEscape(codes, end - 6)) return true
  if (readShortEscape(codes, end - 2, unit) && beginsEscape(codes, end - 2)) return true
  return readHighCharacter(codes, end - 2, unit) || readBare(codes, end - 1, unit)
}

const form: Form = { width: 6, period: 1, skip: 0, first: readUnit, next: readUnit, previous: readPrevious }

function escapeAll(bytes: Uint8Array, hexOf: (hex: string) => string): Uint8Array {
  return Buffer.from(Array.from(bytes, byte => `\\u00${hexOf(byte.toString(16).padStart(2, '0'))}`).join(''))
}

/** What `JSON.stringify` writes for a string of these characters, without the quotes. */
function stringify(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes).toString('latin1')).slice(1, -1)
}

function asciiOnly(text: string): string {
  return text.replace(/[\u0080-\u00ff]/g, char => `\\u00${char.charCodeAt(0).toString(16)}`)
}

/** JSON string escapes: of every character in both cases of hex, only where needed, and what ASCII-only writers do. */
export const jsonEncoders: readonly Encoder[] = [
  { name: 'json', encode: bytes => escapeAll(bytes, hex => hex), form, over: 'bytes', stack: 'any' },
  { name: 'json', encode: bytes => escapeAll(bytes, hex => hex.toUpperCase()), form, over: 'bytes', stack: 'any' },
  { name: 'json', encode: bytes => Buffer.from(stringify(bytes)), form, over: 'bytes', stack: 'any' },
  { name: 'json', encode: bytes => Buffer.from(asciiOnly(stringify(bytes))), form, over: 'bytes', stack: 'any' },
]
