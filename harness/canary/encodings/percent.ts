import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { hexByte } from './hex.ts'

const PERCENT = 0x25
const PLUS = 0x2b
const SPACE = 0x20
/** What never stands bare inside percent-encoded text: it ends there. */
const ends = new Set(Buffer.from('"&<>\\^`{|}%'))

function readBare(codes: Codes, at: number, unit: Unit): boolean {
  const code = codes[at]
  if (code === undefined || code <= SPACE || code >= 0x7f || ends.has(code)) return false
  return unit.one(code === PLUS ? SPACE : code, at, at + 1)
}

function readEscape(codes: Codes, at: number, unit: Unit): boolean {
  if (codes[at] !== PERCENT) return false
  const value = hexByte(codes, at + 1)
  return value !== UNKNOWN && unit.one(value, at, at + 3)
}

function readUnit(codes: Codes, at: number, unit: Unit): boolean {
  return readEscape(codes, at, unit) || readBare(codes, at, unit)
}

const form: Form = {
  width: 3,
  period: 1,
  skip: 0,
  first: readUnit,
  next: readUnit,
  previous: (codes, end, unit) => readEscape(codes, end - 3, unit) || readBare(codes, end - 1, unit),
}

type Case = 'lower' | 'upper'

function escapeOf(byte: number, letters: Case): string {
  const hex = byte.toString(16).padStart(2, '0')
  return `%${letters === 'upper' ? hex.toUpperCase() : hex}`
}

const isUnreserved = (byte: number): boolean => /[A-Za-z0-9\-._~]/.test(String.fromCharCode(byte))

const every = (letters: Case): Encoder => ({
  name: 'percent',
  encode: bytes => Buffer.from(Array.from(bytes, byte => escapeOf(byte, letters)).join('')),
  form,
  over: 'bytes',
  stack: 'any',
})

const needed = (letters: Case): Encoder => ({
  name: 'percent',
  encode: bytes =>
    Buffer.from(
      Array.from(bytes, byte => (isUnreserved(byte) ? String.fromCharCode(byte) : escapeOf(byte, letters))).join(''),
    ),
  form,
  over: 'bytes',
  stack: 'any',
})

/** Percent escapes, of every byte or only where URLs need them, in both cases of hex. */
export const percentEncoders: readonly Encoder[] = [every('upper'), every('lower'), needed('upper'), needed('lower')]
