import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'

/** The value of a hex digit's code, of either case, or -1. */
export function hexDigit(code: number | undefined): number {
  if (code === undefined) return -1
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** The byte that two hex digits write, or UNKNOWN. */
export function hexByte(codes: Codes, at: number): number {
  const high = hexDigit(codes[at])
  const low = hexDigit(codes[at + 1])
  return high < 0 || low < 0 ? UNKNOWN : high * 16 + low
}

const form: Form = {
  width: 2,
  period: 2,
  skip: 0,
  first: readPair,
  next: readPair,
  previous: (codes, end, unit) => readPair(codes, end - 2, unit),
}

function readPair(codes: Codes, at: number, unit: Unit): boolean {
  const value = hexByte(codes, at)
  return value !== UNKNOWN && unit.one(value, at, at + 2)
}

/** Two digits a byte, in lower and in upper case. */
export const hexEncoders: readonly Encoder[] = [
  { name: 'hex', encode: bytes => Buffer.from(Buffer.from(bytes).toString('hex')), form, over: 'bytes', stack: 'any' },
  {
    name: 'hex',
    encode: bytes => Buffer.from(Buffer.from(bytes).toString('hex').toUpperCase()),
    form,
    over: 'bytes',
    stack: 'any',
  },
]
