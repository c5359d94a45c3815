import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'

const AMPERSAND = 0x26
const SEMICOLON = 0x3b
const SPACE = 0x20
/** `&#x0061;` and `&#00097;` */
const LONGEST_ENTITY = 9

/** The characters that HTML must escape, by the names of their entities. */
const named: Readonly<Record<string, number>> = { amp: 0x26, lt: 0x3c, gt: 0x3e, quot: 0x22, apos: 0x27 }
const nameOf = new Map(Object.entries(named).map(([name, code]) => [code, name]))

/** The byte that the entity with this name or number stands for, or UNKNOWN. */
function byteOf(entity: string): number {
  const number = /^#(?:(\d{1,5})|[xX]([0-9a-fA-F]{1,5}))$/.exec(entity)
  const [, decimal, hex] = number ?? []
  const value = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : named[entity]
  return value === undefined || value > 0xff ? UNKNOWN : value
}

function readEntity(codes: Codes, at: number, unit: Unit): boolean {
  if (codes[at] !== AMPERSAND) return false
  let entity = ''
  for (let end = at + 1; end < at + LONGEST_ENTITY; end++) {
    const code = codes[end] ?? UNKNOWN
    if (code === SEMICOLON) {
      const value = byteOf(entity)
      return value !== UNKNOWN && unit.one(value, at, end + 1)
    }
    if (code < SPACE) return false
    entity += String.fromCharCode(code)
  }
  return false
}

function readBare(codes: Codes, at: number, unit: Unit): boolean {
  const code = codes[at] ?? UNKNOWN
  if (code < SPACE || nameOf.has(code)) return false
  return unit.one(code, at, at + 1)
}

function readUnit(codes: Codes, at: number, unit: Unit): boolean {
  return readEntity(codes, at, unit) || readBare(codes, at, unit)
}

/** The nearest ampersand before a semicolon begins the entity that the semicolon ends. */
function readPrevious(codes: Codes, end: number, unit: Unit): boolean {
  if (codes[end - 1] !== SEMICOLON) return readBare(codes, end - 1, unit)
  let at = end - 2
  while (at > end - LONGEST_ENTITY && codes[at] !== AMPERSAND) at--
  return (readEntity(codes, at, unit) && unit.end === end) || readBare(codes, end - 1, unit)
}

const form: Form = { width: 8, period: 1, skip: 0, first: readUnit, next: readUnit, previous: readPrevious }

type Write = (byte: number) => string

const decimal: Write = byte => `&#${byte};`
const hex: Write = byte => `&#x${byte.toString(16)};`
const upperHex: Write = byte => `&#x${byte.toString(16).toUpperCase()};`
const capitalHex: Write = byte => `&#X${byte.toString(16).toUpperCase()};`
const paddedHex: Write = byte => `&#x${byte.toString(16).padStart(4, '0')};`
const paddedDecimal: Write = byte => `&#${String(byte).padStart(3, '0')};`
const needed: Write = byte => {
  if (byte < SPACE) return decimal(byte)
  const name = nameOf.get(byte)
  return name === undefined ? String.fromCharCode(byte) : `&${name};`
}

function encoderOf(write: Write, stack: Encoder['stack']): Encoder {
  const encode = (bytes: Uint8Array): Uint8Array => Buffer.from(Array.from(bytes, write).join(''), 'latin1')
  return { name: 'html', encode, form, over: 'bytes', stack }
}

/** Character references of HTML (WHATWG HTML, section 13.1.4) and XML, of every byte or only where markup needs them. */
export const htmlEncoders: readonly Encoder[] = [
  encoderOf(decimal, 'one'),
  encoderOf(hex, 'one'),
  encoderOf(upperHex, 'pair'),
  encoderOf(capitalHex, 'pair'),
  encoderOf(paddedHex, 'pair'),
  encoderOf(paddedDecimal, 'pair'),
  encoderOf(needed, 'one'),
]
