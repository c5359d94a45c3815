import type { Codes, Encoder, Form, Unit } from '../form.ts'

const SPACE = 0x20
const MOST_SPACES = 2

/** How a dump writes two bytes at a time. */
interface Style {
  readonly base: 8 | 16
  /** digits of a word */
  readonly digits: number
  /** the second byte is written first */
  readonly swapped: boolean
}

function digitOf(code: number | undefined, base: number): number {
  const value = Number.parseInt(String.fromCharCode(code ?? 0), base)
  return Number.isNaN(value) ? -1 : value
}

/** The number that the digits from `at` on write, or -1. */
function wordAt(codes: Codes, at: number, { base, digits }: Style): number {
  let word = 0
  for (let index = at; index < at + digits; index++) {
    const digit = digitOf(codes[index], base)
    if (digit < 0) return -1
    word = word * base + digit
  }
  return word > 0xffff ? -1 : word
}

function readWord(codes: Codes, at: number, style: Style, unit: Unit): boolean {
  const word = wordAt(codes, at, style)
  if (word < 0) return false
  const end = at + style.digits
  unit.count = 2
  unit.start = at
  unit.end = end
  // The bytes stand in each other's place when swapped, so that each is said to come from the whole word.
  unit.put(style.swapped ? 1 : 0, word >> 8, at, end)
  unit.put(style.swapped ? 0 : 1, word & 0xff, at, end)
  return true
}

function skipSpaces(codes: Codes, at: number, step: 1 | -1): number {
  for (let skipped = 0; skipped < MOST_SPACES && codes[at] === SPACE; skipped++) at += step
  return at
}

function formOf(style: Style, lost: number): Form {
  return {
    width: style.digits + MOST_SPACES,
    period: 1,
    skip: 0 - lost,
    first: (codes, at, unit) => readWord(codes, at, style, unit),
    next: (codes, at, unit) => readWord(codes, skipSpaces(codes, at, 1), style, unit),
    previous: (codes, end, unit) => readWord(codes, skipSpaces(codes, end - 1, -1) + 1 - style.digits, style, unit),
  }
}

/** Whole words only: what stands beside a half one is not known. */
function encodeWords(bytes: Uint8Array, lost: number, { base, digits, swapped }: Style): string {
  const words: string[] = []
  for (let at = lost; at + 1 < bytes.length; at += 2) {
    const [one = 0, other = 0] = swapped ? [bytes[at + 1], bytes[at]] : [bytes[at], bytes[at + 1]]
    words.push((one * 256 + other).toString(base).padStart(digits, '0'))
  }
  return words.join(' ')
}

function encodersOf(name: string, style: Style, letters: (text: string) => string = text => text): Encoder[] {
  return [0, 1].map(lost => ({
    name,
    encode: bytes => Buffer.from(letters(encodeWords(bytes, lost, style))),
    form: formOf(style, lost),
    over: 'bytes',
    stack: 'pair',
  }))
}

const xxd: Style = { base: 16, digits: 4, swapped: false }

/** Two bytes at a time within a line of a dump: as xxd writes them, and od (-x, and in octal) on little-endian machines. */
export const wordEncoders: readonly Encoder[] = [
  ...encodersOf('xxd', xxd),
  ...encodersOf('xxd', xxd, text => text.toUpperCase()),
  ...encodersOf('od', { base: 16, digits: 4, swapped: true }),
  ...encodersOf('od', { base: 8, digits: 6, swapped: true }),
]
