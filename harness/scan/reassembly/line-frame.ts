/** Longer prefixes than this are not learned. */
const LONGEST_FRAME = 512
/** Request ids and the like: so many hex digits and dashes, the same number in both lines. */
const SHORTEST_ID = 8
const LONGEST_LEVEL = 8
/** More than a length may be: a line that is looked at is shorter. */
const LENGTHS = 65_536

const SPACE = 0x20
const TAB = 0x09
const RETURN = 0x0d
const SLASH = 0x2f
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const PIPE = 0x7c
const QUOTE = 0x22
const APOSTROPHE = 0x27

const DIGIT = 1
const UPPER = 2
const HEX = 4
const DELIMITER = 8
const LETTER = 16
/** behind a quote that ends a part of a text */
const TAIL = 32
const kinds = new Uint8Array(256)
const mark = (chars: string, kind: number): void => {
  for (const code of Buffer.from(chars)) kinds[code] = (kinds[code] ?? 0) | kind
}
mark('0123456789', DIGIT)
mark('ABCDEFGHIJKLMNOPQRSTUVWXYZ', UPPER | LETTER)
mark('abcdefghijklmnopqrstuvwxyz', LETTER)
mark('0123456789abcdefABCDEF-', HEX)
mark(' \t:|])}>="\'', DELIMITER)
mark(',+;) ', TAIL)

/** Marks of quotation, comment and list that stand before a line of text and a space; the first two also without. */
const QUOTATIONS = new Set(Buffer.from('>|'))
const BULLETS = new Set(Buffer.from('#*-+;'))

const kindOf = (code: number | undefined): number => kinds[code ?? 0] ?? 0

/** A line without its end, as a range of bytes. */
export interface Line {
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

/** A line, and where it ends without what only says that it goes on (`trimmed`). */
export interface EndedLine extends Line {
  readonly end: number
}

/**
 * Where the text of a line begins behind what it has in common with the line before: times, levels, ids and numbers may
 * differ. It ends behind a delimiter, and no canary has one, so none is cut; then marks of quotation are left out.
 */
export function textStart(line: Line, before: Line | null): number {
  return skipMarks(line, before === null ? line.from : commonStart(line, before))
}

function commonStart({ bytes, from, to }: Line, before: Line): number {
  const other = before.bytes
  const end = Math.min(to, from + LONGEST_FRAME)
  // The lines of a list of numbers, or of quoted-printable, have more in common than a prefix.
  const isSoft = other[before.to - (other[before.to - 1] === RETURN ? 2 : 1)] === EQUALS
  let seen = 0
  let start = from
  let at = from
  let token = at
  let otherToken = before.from
  for (let there = before.from; at < end && there < before.to; ) {
    const code = bytes[at] ?? 0
    const kind = kinds[code] ?? 0
    if ((kind & DIGIT) !== 0 && (kindOf(other[there]) & DIGIT) !== 0) {
      while (at < end && (kindOf(bytes[at]) & DIGIT) !== 0) at++
      while (there < before.to && (kindOf(other[there]) & DIGIT) !== 0) there++
    } else if (code === other[there]) {
      at++
      there++
      seen |= kind
      if ((kind & DELIMITER) !== 0 && !(isSoft && code === EQUALS)) {
        start = at
        token = at
        otherToken = there
      }
    } else {
      const length = exchangeable(bytes, token, end, other, otherToken, before.to)
      if (length < 0) break
      at = token + Math.floor(length / LENGTHS)
      there = otherToken + (length % LENGTHS)
      token = at
      otherToken = there
      seen |= LETTER
    }
  }
  return (seen & LETTER) !== 0 || hasLetterAfter(bytes, start, to) ? start : from
}

/**
 * The lengths of two words of which one stands for the other: levels, and ids of one length. As one number, since it is
 * asked for in every line: that of the first times `LENGTHS`, and that of the other; negative for other words.
 */
function exchangeable(
  bytes: Uint8Array,
  at: number,
  end: number,
  other: Uint8Array,
  there: number,
  otherEnd: number,
): number {
  const isUpper = (kindOf(bytes[at]) & kindOf(other[there]) & UPPER) !== 0
  const isHex = (kindOf(bytes[at]) & kindOf(other[there]) & HEX) !== 0
  if (isUpper) {
    const here = runOf(bytes, at, end, UPPER)
    const length = runOf(other, there, otherEnd, UPPER)
    const areLevels = here <= LONGEST_LEVEL && length <= LONGEST_LEVEL
    if (areLevels && areEnded(bytes, at + here, end, other, there + length, otherEnd)) return here * LENGTHS + length
  }
  if (!isHex) return -1
  const length = runOf(bytes, at, end, HEX)
  if (length < SHORTEST_ID || runOf(other, there, otherEnd, HEX) !== length) return -1
  return areEnded(bytes, at + length, end, other, there + length, otherEnd) ? length * LENGTHS + length : -1
}

function areEnded(
  bytes: Uint8Array,
  at: number,
  end: number,
  other: Uint8Array,
  there: number,
  otherEnd: number,
): boolean {
  return at < end && there < otherEnd && (kindOf(bytes[at]) & kindOf(other[there]) & DELIMITER) !== 0
}

function runOf(bytes: Uint8Array, from: number, to: number, kind: number): number {
  let at = from
  while (at < to && (kindOf(bytes[at]) & kind) !== 0) at++
  return at - from
}

function hasLetterAfter(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((kindOf(bytes[at]) & LETTER) !== 0) return true
  return false
}

/** A space or a tab. */
export const isSpace = (code: number | undefined): boolean => code === SPACE || code === TAB

function skipMarks({ bytes, to }: Line, from: number): number {
  let at = from
  for (; at < to; at++) {
    const code = bytes[at] ?? 0
    if (isSpace(code) || QUOTATIONS.has(code)) continue
    if (BULLETS.has(code) && isSpace(bytes[at + 1])) continue
    if (code !== SLASH || bytes[at + 1] !== SLASH || !isSpace(bytes[at + 2])) break
    at++
  }
  return at
}

/**
 * Where the text of a line ends: before what it has in common with a line before or after it, and before what only
 * says that it goes on: white space, a soft line break, a backslash, quotes.
 */
export function textEnd(line: Line, start: number, before: EndedLine | null, after: EndedLine | null): number {
  const end = trimmed(line.bytes, start, line.to)
  const common = before === null ? end : commonEnd(line, start, end, before)
  const commonAfter = after === null ? end : commonEnd(line, start, end, after)
  return trimmed(line.bytes, start, Math.min(common, commonAfter))
}

function commonEnd({ bytes }: Line, start: number, end: number, other: EndedLine): number {
  const limit = Math.max(start, end - LONGEST_FRAME)
  let common = end
  let at = end
  for (let there = other.end; at > limit && there > other.from; ) {
    const isDigit = (kindOf(bytes[at - 1]) & DIGIT) !== 0
    if (isDigit && (kindOf(other.bytes[there - 1]) & DIGIT) !== 0) {
      while (at > limit && (kindOf(bytes[at - 1]) & DIGIT) !== 0) at--
      while (there > other.from && (kindOf(other.bytes[there - 1]) & DIGIT) !== 0) there--
    } else if (bytes[at - 1] !== other.bytes[there - 1]) return common
    else {
      at--
      there--
      if (isSpace(bytes[at]) || bytes[at] === QUOTE || bytes[at] === PIPE) common = at
    }
  }
  // What is the same in both lines whole is no frame of something.
  return at > limit ? common : end
}

/** Where a text ends, without what only says that it goes on: white space, a soft line break, a backslash, quotes. */
export function trimmed(bytes: Uint8Array, start: number, end: number): number {
  let to = end
  while (to > start && (isSpace(bytes[to - 1]) || bytes[to - 1] === RETURN)) to--
  const last = bytes[to - 1]
  if (to > start && (last === BACKSLASH || last === EQUALS || last === PIPE)) to--
  return withoutQuote(bytes, start, to)
}

/** A quote at the end, with a comma or a plus behind it, as between the parts of a text in source code. */
function withoutQuote(bytes: Uint8Array, start: number, end: number): number {
  let to = end
  while (to > start && (kindOf(bytes[to - 1]) & TAIL) !== 0) to--
  const last = bytes[to - 1]
  return to > start && (last === QUOTE || last === APOSTROPHE) ? to - 1 : end
}
