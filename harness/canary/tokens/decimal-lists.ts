import { ListReader } from '../encodings/list-reader.ts'
import type { NumberList } from './number-list.ts'

/** Digits of the largest vocabulary, and some to spare. */
const MOST_DIGITS = 7
const SPACES = ' \t\r\n'

const reader = new ListReader({
  name: 'decimal',
  base: 10,
  prefix: '',
  fewestDigits: 1,
  mostDigits: MOST_DIGITS,
  most: 10 ** MOST_DIGITS - 1,
  separators: `${SPACES},`,
})

function listOf(separator: string): NumberList {
  return {
    name: 'decimal',
    kind: 'text',
    over: 'canary',
    form: {
      width: MOST_DIGITS + separator.length,
      period: 1,
      skip: 0,
      first: (codes, at, unit) => reader.first(codes, at, unit),
      next: (codes, at, unit) => reader.next(codes, at, unit),
      previous: (codes, end, unit) => reader.previous(codes, end, unit),
    },
    write: numbers => Buffer.from(numbers.join(separator)),
  }
}

/** The indents of pretty-printed JSON whose lists stand so deep, by two spaces, by four, or by tabs. */
const INDENTS = ['  ', '    ', '      ', '        ', '\t', '\t\t']

/** Decimal numbers: JSON, plain and pretty-printed, CSV, and one a line or separated by spaces. */
export const decimalLists: readonly NumberList[] = [
  ...[',', ', ', ' ', '\t', '\n', '\r\n'].map(listOf),
  ...INDENTS.map(indent => listOf(`,\n${indent}`)),
]
