import type { Codes, Encoder, Form, Unit } from '../form.ts'

/** How the numbers of a list of bytes are written. */
interface Style {
  readonly name: string
  readonly base: 8 | 10 | 16
  /** before each number */
  readonly prefix: string
  readonly fewestDigits: number
  readonly mostDigits: number
  /** what may stand between two numbers, at least one of them */
  readonly separators: string
}

const LONGEST_SEPARATOR = 20
const SPACES = ' \t\r\n'

function digitOf(code: number | undefined, base: number): number {
  const value = Number.parseInt(String.fromCharCode(code ?? 0), base)
  return Number.isNaN(value) ? -1 : value
}

/** Reads lists of one style. */
class Reader {
  readonly #style: Style
  readonly #prefix: Uint8Array
  readonly #separators: ReadonlySet<number>

  constructor(style: Style) {
    this.#style = style
    this.#prefix = Buffer.from(style.prefix)
    this.#separators = new Set(Buffer.from(style.separators))
  }

  /** The number at `at`. */
  first(codes: Codes, at: number, unit: Unit): boolean {
    if (!this.#hasPrefix(codes, at)) return false
    const begin = at + this.#prefix.length
    let end = begin
    while (end < begin + this.#style.mostDigits && digitOf(codes[end], this.#style.base) >= 0) end++
    return this.#toUnit(codes, begin, end, unit)
  }

  next(codes: Codes, at: number, unit: Unit): boolean {
    const begin = this.#skip(codes, at, 1)
    return begin > at && this.first(codes, begin, unit)
  }

  previous(codes: Codes, at: number, unit: Unit): boolean {
    const end = this.#skip(codes, at - 1, -1) + 1
    if (end === at) return false
    let begin = end
    while (begin > end - this.#style.mostDigits && digitOf(codes[begin - 1], this.#style.base) >= 0) begin--
    return this.#hasPrefix(codes, begin - this.#prefix.length) && this.#toUnit(codes, begin, end, unit)
  }

  #skip(codes: Codes, at: number, step: 1 | -1): number {
    for (let skipped = 0; skipped < LONGEST_SEPARATOR && this.#separators.has(codes[at] ?? -1); skipped++) at += step
    return at
  }

  #hasPrefix(codes: Codes, at: number): boolean {
    return this.#prefix.every((code, index) => codes[at + index] === code)
  }

  #toUnit(codes: Codes, begin: number, end: number, unit: Unit): boolean {
    if (end - begin < this.#style.fewestDigits) return false
    let value = 0
    for (let at = begin; at < end; at++) value = value * this.#style.base + digitOf(codes[at], this.#style.base)
    return value <= 0xff && unit.one(value, begin - this.#prefix.length, end)
  }
}

function encoderOf(
  style: Style,
  separator: string,
  write: (digits: string) => string,
  stack: Encoder['stack'],
): Encoder {
  const reader = new Reader(style)
  const form: Form = {
    width: style.prefix.length + style.mostDigits + separator.length,
    period: 1,
    skip: 0,
    first: (codes, at, unit) => reader.first(codes, at, unit),
    next: (codes, at, unit) => reader.next(codes, at, unit),
    previous: (codes, end, unit) => reader.previous(codes, end, unit),
  }
  const numberOf = (byte: number): string => style.prefix + write(byte.toString(style.base))
  // What pads the first number belongs to what stands before it.
  const encode = (bytes: Uint8Array): Uint8Array => Buffer.from(Array.from(bytes, numberOf).join(separator).trimStart())
  return { name: style.name, encode, form, over: 'bytes', stack }
}

const lower = (digits: string): string => digits.padStart(2, '0')
const upper = (digits: string): string => lower(digits).toUpperCase()
const wide = (digits: string): string => digits.padStart(3, '0')
const bare = (digits: string): string => digits

const pairs: Style = { name: 'hex', base: 16, prefix: '', fewestDigits: 2, mostDigits: 2, separators: `${SPACES}:-,` }
const literals: Style = { ...pairs, prefix: '0x', fewestDigits: 1, separators: `${SPACES},` }
const decimals: Style = {
  name: 'decimal',
  base: 10,
  prefix: '',
  fewestDigits: 1,
  mostDigits: 3,
  separators: `${SPACES},`,
}
const octals: Style = { name: 'octal', base: 8, prefix: '', fewestDigits: 3, mostDigits: 3, separators: `${SPACES},` }

/** The indents of pretty-printed JSON whose lists stand so deep, by two spaces, by four, or by tabs. */
const INDENTS = ['  ', '    ', '      ', '\t', '\t\t']
/** Deeper ones are looked for under nothing else: how far a canary reaches grows with each, and so does every buffer. */
const DEEP_INDENTS = ['        ', '          ', '            ', '\t\t\t', '\t\t\t\t']

/**
 * Lists of bytes: hex pairs (spaces as od -t x1 writes, colons, hyphens), literals of C, decimal numbers (JSON of a
 * buffer, plain or pretty-printed; Go, Rust, Python, Java), and octal ones (od -b).
 */
export const listEncoders: readonly Encoder[] = [
  encoderOf(pairs, ' ', lower, 'one'),
  encoderOf(pairs, ' ', upper, 'pair'),
  ...[':', '-'].flatMap(separator => [lower, upper].map(write => encoderOf(pairs, separator, write, 'pair'))),
  ...[',', ', '].flatMap(separator => [lower, upper].map(write => encoderOf(literals, separator, write, 'pair'))),
  ...[',', ', ', ' '].map(separator => encoderOf(decimals, separator, bare, 'one')),
  encoderOf(decimals, ' ', digits => digits.padStart(3, ' '), 'pair'),
  ...INDENTS.map(indent => encoderOf(decimals, `,\n${indent}`, bare, 'pair')),
  ...DEEP_INDENTS.map(indent => encoderOf(decimals, `,\n${indent}`, bare, 'alone')),
  encoderOf(octals, ' ', wide, 'pair'),
]
