import type { Codes } from '../../canary/form.ts'
import type { CarvedDecoder } from './decoder.ts'
import type { Ending, Parser } from './parsing.ts'
import { Parsing, whole } from './parsing.ts'

const magic = Buffer.from('begin ')
const LONGEST_BEGIN = 1024
const LINE_FEED = 0x0a
const RETURN = 0x0d
const FIRST = 0x20
const LAST = 0x60
const GROUP = 4
/** Lines, of which the last may be short, that other text does not begin with. */
const CERTAIN = 2

/**
 * uuencode (POSIX, uuencode): lines of up to 45 bytes, each behind a character that says how many, in sixes of bits from
 * the space on. What is not encoded ends it.
 */
export const uuencodeDecoder: CarvedDecoder = {
  name: 'uuencode',
  kind: 'compressed',
  period: null,
  magics: [magic],
  isPlausible,
  open: () => new Parsing(parse()),
}

/** The rights of a file, as three or four octal digits, and a name. */
function isPlausible(codes: Codes, at: number): boolean {
  const text = String.fromCharCode(...Array.from({ length: 6 }, (_, index) => codes[at + magic.length + index] ?? 0))
  return /^[0-7]{3,4} [!-~\x80-\xff]/.test(text)
}

function* parse(): Parser {
  for (let length = 0, byte = 0; byte !== LINE_FEED; length++) {
    byte = (yield 1)[0] ?? -1
    if (byte < 0 || length > LONGEST_BEGIN) return { ...whole, isCertain: false }
  }
  for (let lines = 0; ; lines++) {
    const ending = (unused: number): Ending => ({ damage: null, unused, isCertain: lines >= CERTAIN })
    const [first = 0] = yield 1
    if (first < FIRST || first > LAST) return ending(first === 0 ? 0 : 1)
    const size = sextetOf(first)
    if (size === 0) return { ...whole, isCertain: lines > 0 }
    const line = yield* readLine(Math.ceil(size / 3) * GROUP)
    if (line === null) return ending(0)
    yield decoded(line, size)
  }
}

const sextetOf = (code: number): number => (code - FIRST) & 0x3f

/**
 * Reads so many characters and the line's end; spaces at the end may have been taken away, and a checksum of one
 * character may follow. Null: it is no such line.
 */
function* readLine(length: number): Generator<number, Uint8Array | null, Uint8Array> {
  const line = new Uint8Array(length).fill(FIRST)
  for (let at = 0; ; at++) {
    const [code] = yield 1
    if (code === undefined || code === LINE_FEED) return line
    if (code === RETURN) continue
    if (code < FIRST || code > LAST || at > length) return null
    if (at < length) line[at] = code
  }
}

function decoded(line: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array((line.length / GROUP) * 3)
  for (let at = 0, put = 0; at < line.length; at += GROUP, put += 3) {
    const [a = 0, b = 0, c = 0, d = 0] = Array.from(line.subarray(at, at + GROUP), sextetOf)
    bytes.set([(a << 2) | (b >> 4), ((b << 4) & 0xff) | (c >> 2), ((c << 6) & 0xff) | d], put)
  }
  return bytes.subarray(0, size)
}
