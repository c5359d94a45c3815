import { DELIMITER, HEX, kindOf, LETTER, TAIL, UPPER } from './kinds'
import { Line } from './state'

/** Longer prefixes than this are not learned. */
const LONGEST_FRAME: u32 = 512
/** Request ids and the like: so many hex digits and dashes, the same number in both lines. */
const SHORTEST_ID: u32 = 8
const LONGEST_LEVEL: u32 = 8

const SPACE: u32 = 0x20
const TAB: u32 = 0x09
const RETURN: u32 = 0x0d
const SLASH: u32 = 0x2f
const EQUALS: u32 = 0x3d
const BACKSLASH: u32 = 0x5c
const PIPE: u32 = 0x7c
const QUOTE: u32 = 0x22
const APOSTROPHE: u32 = 0x27
const GREATER: u32 = 0x3e

/** The lengths of two words of which one stands for the other: of `exchange`, while it is true. */
let hereLength: u32 = 0
let thereLength: u32 = 0

/**
 * Where the text of a line begins behind what it has in common with the line before, if there is one: times, levels, ids
 * and numbers may differ. It ends behind a delimiter, and no canary has one, so none is cut; then marks of quotation are
 * left out.
 */
export function textStart(line: Line, before: Line): u32 {
  return skipMarks(before.isThere !== 0 ? commonStart(line, before) : line.from, line.to)
}

function commonStart(line: Line, before: Line): u32 {
  const from = line.from
  const end = min(line.to, from + LONGEST_FRAME)
  const otherEnd = before.to
  // The lines of a list of numbers, or of quoted-printable, have more in common than a prefix.
  const isSoft = load<u8>(otherEnd - (load<u8>(otherEnd - 1) === RETURN ? 2 : 1)) === EQUALS
  let hasSeen = false
  let start = from
  let at = from
  let there = before.from
  let token = at
  let otherToken = there
  while (at < end && there < otherEnd) {
    const alike = alikeUpTo(at, end, there, otherEnd)
    if (alike > 0) {
      const delimiter = lastDelimiter(at, alike, isSoft)
      if (hasLetterIn(at, alike)) hasSeen = true
      if (delimiter > 0) {
        start = at + delimiter
        token = start
        otherToken = there + delimiter
      }
      at += alike
      there += alike
    }
    const number = digitsAt(at, end)
    const otherNumber = digitsAt(there, otherEnd)
    if (number > 0 && otherNumber > 0) {
      at += number
      there += otherNumber
    } else if (alike === 0) {
      if (!exchange(token, end, otherToken, otherEnd)) break
      at = token + hereLength
      there = otherToken + thereLength
      token = at
      otherToken = there
      hasSeen = true
    }
  }
  return hasSeen || hasLetter(start, line.to) ? start : from
}

/** How many of the next 16 bytes are the same, up to a number that may go on differently. */
function alikeUpTo(at: u32, end: u32, there: u32, otherEnd: u32): u32 {
  const room = min(min(end - at, otherEnd - there), 16)
  const codes = v128.load(at)
  const other = i8x16.bitmask(i8x16.ne(codes, v128.load(there)))
  const alike = min(room, ctz(other | 0x10000))
  // The number at the end, as ones from the highest bit on.
  const number = (i8x16.bitmask(digitsOf(codes)) << (31 - alike)) << 1
  return alike - min(alike, clz(~number))
}

function digitsOf(codes: v128): v128 {
  return i8x16.lt_u(i8x16.sub(codes, i8x16.splat(0x30)), i8x16.splat(10))
}

/** How many digits come next. */
function digitsAt(from: u32, end: u32): u32 {
  let at = from
  while (at < end) {
    const count = ctz(~i8x16.bitmask(digitsOf(v128.load(at))))
    at += count
    if (count < 16) break
  }
  return min(at, end) - from
}

function isDigit(code: u32): bool {
  return code - 0x30 < 10
}

/** The place behind the last delimiter among so many bytes, of 16 at most; 0 where there is none. */
function lastDelimiter(at: u32, count: u32, isSoft: bool): u32 {
  const low = i8x16(1, 0, 1, 0, 0, 0, 0, 1, 0, 3, 4, 0, 8, 28, 4, 0)
  const high = i8x16(2, 0, 1, 4, 0, 16, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0)
  const codes = v128.load(at)
  const lows = i8x16.swizzle(low, v128.and(codes, i8x16.splat(15)))
  const marks = v128.and(lows, i8x16.swizzle(high, i8x16.shr_u(codes, 4)))
  let bits = i8x16.bitmask(i8x16.ne(marks, i8x16.splat(0)))
  if (isSoft) bits &= ~i8x16.bitmask(i8x16.eq(codes, i8x16.splat(0x3d)))
  return 32 - clz(bits & ((1 << count) - 1))
}

function hasLetterIn(at: u32, count: u32): bool {
  const lower = v128.or(v128.load(at), i8x16.splat(0x20))
  const letters = i8x16.lt_u(i8x16.sub(lower, i8x16.splat(0x61)), i8x16.splat(26))
  return (i8x16.bitmask(letters) & ((1 << count) - 1)) !== 0
}

/** Whether two words stand for each other: levels, and ids of one length. */
function exchange(at: u32, end: u32, there: u32, otherEnd: u32): bool {
  const kinds = kindOf(load<u8>(at)) & kindOf(load<u8>(there))
  if ((kinds & UPPER) !== 0) {
    hereLength = runOf(at, end, UPPER)
    thereLength = runOf(there, otherEnd, UPPER)
    const areLevels = hereLength <= LONGEST_LEVEL && thereLength <= LONGEST_LEVEL
    if (areLevels && areEnded(at + hereLength, end, there + thereLength, otherEnd)) return true
  }
  if ((kinds & HEX) === 0) return false
  hereLength = runOf(at, end, HEX)
  thereLength = runOf(there, otherEnd, HEX)
  if (hereLength < SHORTEST_ID || thereLength !== hereLength) return false
  return areEnded(at + hereLength, end, there + thereLength, otherEnd)
}

function areEnded(at: u32, end: u32, there: u32, otherEnd: u32): bool {
  return at < end && there < otherEnd && (kindOf(load<u8>(at)) & kindOf(load<u8>(there)) & DELIMITER) !== 0
}

function runOf(from: u32, to: u32, kind: u32): u32 {
  let at = from
  while (at < to && (kindOf(load<u8>(at)) & kind) !== 0) at++
  return at - from
}

function hasLetter(from: u32, to: u32): bool {
  for (let at = from; at < to; at++) if ((kindOf(load<u8>(at)) & LETTER) !== 0) return true
  return false
}

/** A space or a tab. */
export function isSpace(code: u32): bool {
  return code === SPACE || code === TAB
}

/** Marks of quotation, comment and list that stand before a line of text and a space; `>` and `|` also without. */
function skipMarks(from: u32, to: u32): u32 {
  let at = from
  for (; at < to; at++) {
    const code: u32 = load<u8>(at)
    if (isSpace(code) || code === GREATER || code === PIPE) continue
    const isBeforeSpace = at + 1 < to && isSpace(load<u8>(at + 1))
    if (isBullet(code) && isBeforeSpace) continue
    const isComment = code === SLASH && at + 2 < to && load<u8>(at + 1) === SLASH && isSpace(load<u8>(at + 2))
    if (!isComment) break
    at++
  }
  return at
}

/** `#`, `*`, `-`, `+` or `;` */
function isBullet(code: u32): bool {
  return code === 0x23 || code === 0x2a || code === 0x2d || code === 0x2b || code === 0x3b
}

/**
 * Where the text of a line ends: before what it has in common with a line before or after it, and before what only
 * says that it goes on: white space, a soft line break, a backslash, quotes.
 */
export function textEnd(line: Line, before: Line, after: Line): u32 {
  const end = trimmed(line.start, line.to)
  let common = end
  if (before.isThere !== 0) common = commonEnd(line.start, end, before)
  if (after.isThere !== 0) common = min(common, commonEnd(line.start, end, after))
  return trimmed(line.start, common)
}

function commonEnd(start: u32, end: u32, other: Line): u32 {
  const limit = end - start > LONGEST_FRAME ? end - LONGEST_FRAME : start
  let common = end
  let at = end
  for (let there = other.end; at > limit && there > other.from; ) {
    const code: u32 = load<u8>(at - 1)
    const otherCode: u32 = load<u8>(there - 1)
    if (isDigit(code) && isDigit(otherCode)) {
      while (at > limit && isDigit(load<u8>(at - 1))) at--
      while (there > other.from && isDigit(load<u8>(there - 1))) there--
    } else if (code !== otherCode) return common
    else {
      at--
      there--
      if (isSpace(code) || code === QUOTE || code === PIPE) common = at
    }
  }
  // What is the same in both lines whole is no frame of something.
  return at > limit ? common : end
}

/** Where a text ends, without what only says that it goes on: white space, a soft line break, a backslash, quotes. */
export function trimmed(start: u32, end: u32): u32 {
  let to = end
  while (to > start && (isSpace(load<u8>(to - 1)) || load<u8>(to - 1) === RETURN)) to--
  if (to > start) {
    const last: u32 = load<u8>(to - 1)
    if (last === BACKSLASH || last === EQUALS || last === PIPE) to--
  }
  return withoutQuote(start, to)
}

/** A quote at the end, with a comma or a plus behind it, as between the parts of a text in source code. */
function withoutQuote(start: u32, end: u32): u32 {
  let to = end
  while (to > start && (kindOf(load<u8>(to - 1)) & TAIL) !== 0) to--
  if (to === start) return end
  const last: u32 = load<u8>(to - 1)
  return last === QUOTE || last === APOSTROPHE ? to - 1 : end
}
