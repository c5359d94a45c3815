import type { Encoder, Form } from '../form.ts'
import type { ListStyle } from './list-reader.ts'
import { ListReader } from './list-reader.ts'

const SPACES = ' \t\r\n'

function encoderOf(
  style: ListStyle,
  separator: string,
  write: (digits: string) => string,
  stack: Encoder['stack'],
): Encoder {
  const reader = new ListReader(style)
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

/** As buffers are written, which hold anything. */
const carrying = (encoder: Encoder): Encoder => ({ ...encoder, carries: true })

const lower = (digits: string): string => digits.padStart(2, '0')
const upper = (digits: string): string => lower(digits).toUpperCase()
const wide = (digits: string): string => digits.padStart(3, '0')
const bare = (digits: string): string => digits

const pairs: ListStyle = {
  name: 'hex',
  base: 16,
  prefix: '',
  fewestDigits: 2,
  mostDigits: 2,
  most: 0xff,
  separators: `${SPACES}:-,`,
}
const literals: ListStyle = { ...pairs, prefix: '0x', fewestDigits: 1, separators: `${SPACES},` }
const decimals: ListStyle = {
  name: 'decimal',
  base: 10,
  prefix: '',
  fewestDigits: 1,
  mostDigits: 3,
  most: 0xff,
  separators: `${SPACES},`,
}
const octals: ListStyle = {
  name: 'octal',
  base: 8,
  prefix: '',
  fewestDigits: 3,
  mostDigits: 3,
  most: 0xff,
  separators: `${SPACES},`,
}

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
  ...[',', ', ', ' '].map(separator => carrying(encoderOf(decimals, separator, bare, 'one'))),
  encoderOf(decimals, ' ', digits => digits.padStart(3, ' '), 'pair'),
  ...INDENTS.map(indent => carrying(encoderOf(decimals, `,\n${indent}`, bare, 'pair'))),
  ...DEEP_INDENTS.map(indent => encoderOf(decimals, `,\n${indent}`, bare, 'alone')),
  encoderOf(octals, ' ', wide, 'pair'),
]
