import { hexDigit } from './escape'
import { BEGIN } from './flags'
import { isSpace, textEnd, textStart, trimmed } from './frame'
import { dump } from './host'
import { mayLieOver } from './parts'
import { hasEvent, Line, state } from './state'
import { append } from './streams'

/** Longer lines are joined as they come, without a look at how they end. */
export const WHOLE: u32 = 2048
/** Characters of the smallest part of a magic that is looked for. */
const FRAGMENT: u32 = 12
const LONGEST_DUMP: u32 = 1024
const COLON: u32 = 0x3a
const LETTER_X: u32 = 0x78

/**
 * Joins the lines of a text without what stands before and behind them: a time and a level, `> `, `| `, an indentation,
 * a soft line break. So what was cut or folded at any width is whole again.
 */
export function readLines(from: u32, to: u32): void {
  for (let at = from; at < to; ) {
    const end = lineEnd(at, to)
    read(at, end)
    if (end < to) endLine()
    at = end + 1
  }
  saveLine(state.before)
  saveLine(state.held)
  saveLine(state.line)
}

/** What follows does not belong to what came before. */
export function breakLines(): void {
  endLine()
  settle(state.line)
  state.hasLast = 0
  endChain()
  state.before.isThere = 0
}

/** The next end of a line, or `to`. Up to 15 bytes behind it are read. */
function lineEnd(from: u32, to: u32): u32 {
  for (let at = from; at < to; at += 16) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x0a)))
    if (bits !== 0) return min(to, at + ctz(bits))
  }
  return to
}

/** A part of a line, up to its end or that of what is read. */
function read(from: u32, to: u32): void {
  const line = state.line
  if (state.isLong !== 0) {
    readLong(from, to)
    return
  }
  if (line.isThere === 0) {
    line.isThere = to > from ? 1 : 0
    line.from = from
    line.to = from
    line.offset = state.base + <f64>from
    line.isHot = 0
  }
  if (state.eventCount > 0 && hasEvent(from, to)) line.isHot = 1
  const wanted = to - from
  const room = WHOLE - (line.to - line.from)
  const taken = min(wanted, room)
  if (line.from === line.room) memory.copy(line.to, from, taken)
  line.to += taken
  if (taken === wanted) return
  beginLong()
  readLong(from + taken, to)
}

function beginLong(): void {
  const line = state.line
  measure(line)
  settle(line)
  joinLast()
  state.isLongBegun = 0
  state.isLong = 1
  if (line.start < line.to) {
    join(line, line.start, line.to)
    state.isLongBegun = 1
  }
}

function readLong(from: u32, to: u32): void {
  const isHot = state.eventCount > 0 && hasEvent(from, to)
  const flags = state.isLongBegun !== 0 ? 0 : BEGIN
  append(state.lines, from, to - from, state.line.offset, state.base + <f64>from, flags, isHot)
  if (to > from) state.isLongBegun = 1
}

function endLine(): void {
  const line = state.line
  if (state.isLong !== 0) {
    const before = state.before
    state.before = line
    before.isThere = 0
    state.line = before
    state.isLong = 0
  } else if (line.isThere !== 0) {
    tellDump(line)
    measure(line)
    if (line.start < line.to) hold(line)
  }
  state.line.isThere = 0
}

function measure(line: Line): void {
  line.start = textStart(line, state.held.isThere !== 0 ? state.held : state.before)
  line.end = trimmed(line.from, line.to)
}

function hold(line: Line): void {
  settle(line)
  state.line = state.held
  state.held = line
}

/**
 * Joins the line that was held, now that the next one is known. Of a line of several words only the first and the last
 * go on in another: what is encoded has no spaces.
 */
function settle(next: Line): void {
  const line = state.held
  if (line.isThere === 0) return
  const start = line.start
  const end = textEnd(line, state.before, next)
  let firstEnd = start
  while (firstEnd < end && !isSpace(load<u8>(firstEnd))) firstEnd++
  if (firstEnd === end || mayGoOn(line, firstEnd)) {
    joinLast()
    join(line, start, firstEnd)
  }
  state.hasLast = 0
  if (firstEnd < end) {
    endChain()
    let lastStart = end
    while (lastStart > firstEnd && !isSpace(load<u8>(lastStart - 1))) lastStart--
    state.hasLast = 1
    state.lastStart = lastStart - line.from
    state.lastEnd = end - line.from
  }
  const before = state.before
  state.before = line
  state.held = before
  before.isThere = 0
}

/** Whether the first word of a line of several may go on what the lines before have at their end. */
function mayGoOn(line: Line, firstEnd: u32): bool {
  const before = state.before
  if (state.hasLast === 0 || before.isThere === 0) return true
  const length = firstEnd - line.start
  if (state.lastEnd - state.lastStart + length < FRAGMENT) return false
  if (state.takesAll !== 0 || before.isHot !== 0 || line.isHot !== 0) return true
  return mayLieOver(before.from + state.lastEnd - 16, line.start, length)
}

/** The last word of the line before is joined: it was not, as long as it might have been dropped. */
function joinLast(): void {
  const before = state.before
  if (state.hasLast !== 0 && before.isThere !== 0) {
    join(before, before.from + state.lastStart, before.from + state.lastEnd)
  }
  state.hasLast = 0
}

function join(line: Line, from: u32, to: u32): void {
  if (from === to) return
  const offset = line.offset + <f64>(from - line.from)
  append(state.lines, from, to - from, line.offset, offset, BEGIN, line.isHot !== 0)
  state.isSeparated = 0
}

/** What is joined next does not go on what was joined last. */
function endChain(): void {
  if (state.isSeparated !== 0) return
  state.isSeparated = 1
  append(state.lines, state.separator, 1, 0, 0, 0, false)
}

/** What of a line stands in the bytes that were read, and is still needed, is put by. */
function saveLine(line: Line): void {
  if (line.isThere === 0 || line.from === line.room) return
  const length = line.to - line.from
  memory.copy(line.room, line.from, length)
  line.start = line.start - line.from + line.room
  line.end = line.end - line.from + line.room
  line.from = line.room
  line.to = line.room + length
}

/** The first character that is not white space is a hex digit, and there is a space soon. */
function tellDump(line: Line): void {
  if (line.to - line.from > LONGEST_DUMP) return
  let at = line.from
  while (at < line.to && isSpace(load<u8>(at))) at++
  const begin = at
  while (at < line.to && isDumped(load<u8>(at))) at++
  if (at - begin < 2 || at - begin > 22) return
  if (at < line.to && load<u8>(at) === COLON) at++
  if (at < line.to && isSpace(load<u8>(at))) dump(line.from, line.to - line.from, line.offset)
}

function isDumped(code: u32): bool {
  return hexDigit(code) >= 0 || code === LETTER_X
}
