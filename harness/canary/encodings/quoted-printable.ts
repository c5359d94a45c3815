import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { hexByte } from './hex.ts'
import { skipLineEnd } from './line-end.ts'

const EQUALS = 0x3d
const SPACE = 0x20
const DELETE = 0x7f
const LINE_FEED = 10

/** Where the next unit is: at `at`, or after a soft line break that stands there. */
function skipSoftBreak(codes: Codes, at: number): number {
  if (codes[at] !== EQUALS) return at
  const end = skipLineEnd(codes, at + 1, 1)
  return end > at + 1 ? end : at
}

/** Where the unit before `end` ends, without a soft line break between. */
function skipSoftBreakBack(codes: Codes, end: number): number {
  if (codes[end - 1] !== LINE_FEED) return end
  const before = skipLineEnd(codes, end - 1, -1)
  return codes[before] === EQUALS ? before : end
}

function readEscape(codes: Codes, at: number, unit: Unit): boolean {
  if (codes[at] !== EQUALS) return false
  const value = hexByte(codes, at + 1)
  return value !== UNKNOWN && unit.one(value, at, at + 3)
}

function readBare(codes: Codes, at: number, unit: Unit): boolean {
  const code = codes[at] ?? UNKNOWN
  if (code < SPACE || code >= DELETE || code === EQUALS) return false
  return unit.one(code, at, at + 1)
}

function readUnit(codes: Codes, at: number, unit: Unit): boolean {
  const begin = skipSoftBreak(codes, at)
  return readEscape(codes, begin, unit) || readBare(codes, begin, unit)
}

function readPrevious(codes: Codes, at: number, unit: Unit): boolean {
  const end = skipSoftBreakBack(codes, at)
  return readEscape(codes, end - 3, unit) || readBare(codes, end - 1, unit)
}

/** Soft breaks take three characters of every 76 at most. */
const form: Form = { width: 4, period: 1, skip: 0, first: readUnit, next: readUnit, previous: readPrevious }

const escapeOf = (byte: number): string => `=${byte.toString(16).padStart(2, '0')}`
const every = (byte: number): string => escapeOf(byte).toUpperCase()
const needed = (byte: number): string =>
  byte < SPACE || byte >= DELETE || byte === EQUALS ? every(byte) : String.fromCharCode(byte)

function encoderOf(write: (byte: number) => string, stack: Encoder['stack']): Encoder {
  const encode = (bytes: Uint8Array): Uint8Array => Buffer.from(Array.from(bytes, write).join(''))
  return { name: 'quoted-printable', encode, form, over: 'bytes', stack }
}

/** Quoted-printable (RFC 2045, section 6.7) of every byte, in both cases, or only where needed; soft breaks are read. */
export const quotedPrintableEncoders: readonly Encoder[] = [
  encoderOf(every, 'one'),
  encoderOf(escapeOf, 'pair'),
  encoderOf(needed, 'one'),
]
