import { addToEscape, beginEscape } from './escape'
import { ALTERED } from './flags'
import { kindOf, MARK, NAME } from './kinds'
import { clearPath, closePath, field, isInObject, openPath, setName } from './path'
import { state } from './state'
import { addToText, beginText, endRecord, endText } from './texts'

const QUOTE: u32 = 0x22
const BACKSLASH: u32 = 0x5c
const NEWLINE: u32 = 0x0a
const RETURN: u32 = 0x0d
const SPACE: u32 = 0x20
const OPEN_BRACE: u32 = 0x7b
const CLOSE_BRACE: u32 = 0x7d
const OPEN_BRACKET: u32 = 0x5b
const CLOSE_BRACKET: u32 = 0x5d
const COLON: u32 = 0x3a
const COMMA: u32 = 0x2c
const EQUALS: u32 = 0x3d

/** Where the lexer is: between strings, in the name of a field, in a text with quotes, in `name=text`, in `name: text`. */
const OUTSIDE: u32 = 0
const IN_NAME: u32 = 1
const IN_TEXT: u32 = 2
const IN_WORD: u32 = 3
const IN_LINE: u32 = 4

/** What the last mark was: `=` and `: ` begin a text without quotes. */
const NOTHING: u32 = 0
const A_WORD: u32 = 1
const A_SPACE: u32 = 2
const A_LINE: u32 = 3

const HASH: u32 = 0x01000193
const SEED: u32 = 0x811c9dc5
const LOWER_BIT: u32 = 0x20

/**
 * Finds the texts of records and the names of their fields, in JSON of any layout (lines, lists, over several lines),
 * behind prefixes, and as `name=text` or `name: text`; in one pass over the bytes, and whatever they are. Nothing is
 * kept back, so that no text is too long.
 */
export function lex(from: u32, to: u32): void {
  for (let at = from; at < to; ) {
    if (state.lexing === OUTSIDE) at = outside(at, to)
    else if (state.lexing === IN_NAME) at = inName(at, to)
    else if (state.lexing === IN_TEXT) at = inText(at, to)
    else at = inBare(at, to)
  }
}

export function beginLexer(): void {
  state.name = SEED
  state.isLabel = 1
  state.isLineStart = 1
  state.isFirstOfLine = 1
}

/** What follows does not belong to what came before. */
export function breakLexer(): void {
  if (state.lexing !== OUTSIDE && state.lexing !== IN_NAME) closeText()
  state.lexing = OUTSIDE
  newLine(state.bytes)
  clearPath()
}

/** From mark to mark, until a name or a text begins. What is between marks is looked at only where it is a name. */
function outside(from: u32, to: u32): u32 {
  let at = from
  while (at < to && state.lexing === OUTSIDE) {
    for (; state.awaits !== NOTHING && at < to; at++) {
      if (startsBare(load<u8>(at), at)) return at
      if (state.awaits === NOTHING) break
    }
    const begin = at
    at = nextMark(at, to)
    if (at > begin) state.isLineStart = 0
    if (at === to) {
      readName(begin, to)
      return to
    }
    const code: u32 = load<u8>(at)
    if (code === NEWLINE) newLine(at + 1)
    else {
      if (needsName(code)) readName(begin, at)
      mark(code, at)
    }
    at++
  }
  return at
}

/** The next mark, or `to`. Up to 15 bytes behind it are read. */
function nextMark(from: u32, to: u32): u32 {
  if (from < to && (kindOf(load<u8>(from)) & MARK) !== 0) return from
  const low = i8x16(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 10, 4, 1, 12, 0, 0)
  const high = i8x16(2, 0, 1, 8, 0, 4, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0)
  const nibble = i8x16.splat(15)
  for (let at = from; at < to; at += 16) {
    const codes = v128.load(at)
    // A mark has a bit in common in the entries of its lower and its upper half.
    const lows = i8x16.swizzle(low, v128.and(codes, nibble))
    const marks = v128.and(lows, i8x16.swizzle(high, i8x16.shr_u(codes, 4)))
    const bits = i8x16.bitmask(i8x16.ne(marks, i8x16.splat(0)))
    if (bits !== 0) return min(to, at + ctz(bits))
  }
  return to
}

function needsName(code: u32): bool {
  return code === EQUALS || (code === COLON && (state.isLabel !== 0 || isInObject()))
}

/** The name at the end of a range, which may have begun in the bytes before. */
function readName(from: u32, to: u32): void {
  let begin = to
  while (begin > from && (kindOf(load<u8>(begin - 1)) & NAME) !== 0) begin--
  let name = SEED
  let ending: u32 = 0
  if (begin === from) {
    name = state.name
    ending = state.ending
  } else state.isLabel = 0
  for (let at = begin; at < to; at++) {
    const code: u32 = load<u8>(at)
    name = (name ^ code) * HASH
    ending = (ending << 8) | code
  }
  state.name = name
  state.ending = ending
}

/** Whether a text without quotes begins here. */
function startsBare(code: u32, at: u32): bool {
  const awaits = state.awaits
  if (awaits === A_WORD && code === SPACE && isInObject()) return false
  state.awaits = awaits === A_SPACE && code === SPACE ? A_LINE : NOTHING
  if (awaits === A_SPACE || code <= SPACE || (kindOf(code) & MARK) !== 0) return false
  state.lexing = awaits === A_LINE ? IN_LINE : IN_WORD
  beginText(field(), at)
  return true
}

function mark(code: u32, at: u32): void {
  if (code === QUOTE) quote(at)
  else if (code === COLON) colon()
  else if (code === EQUALS) equals()
  else if (code === COMMA) state.awaitsName = isInObject() ? 1 : 0
  else if (code === OPEN_BRACE || code === OPEN_BRACKET) open(code === OPEN_BRACKET, at)
  else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && closePath()) endRecord()
  if (code !== QUOTE) state.name = SEED
  state.isLabel = 0
  state.isLineStart = 0
}

function open(isList: bool, at: u32): void {
  if (state.isLineStart !== 0) clearPath()
  if (!openPath(isList)) return
  if (state.isFirstOfLine === 0) state.record = state.base + <f64>at
  state.isFirstOfLine = 0
}

function quote(at: u32): void {
  state.awaits = NOTHING
  state.name = SEED
  if (state.awaitsName !== 0) {
    state.lexing = IN_NAME
    return
  }
  state.lexing = IN_TEXT
  beginText(field(), at + 1)
}

function colon(): void {
  if (isInObject()) {
    setName(state.name, state.ending)
    // The number of a request tells records apart; other numbers are no texts.
    if (state.isId !== 0) state.awaits = A_WORD
  } else if (state.isLabel !== 0) label(A_SPACE)
}

function equals(): void {
  if (state.name !== SEED) label(state.isLabel !== 0 && isUpper(state.ending) ? A_LINE : A_WORD)
}

function isUpper(ending: u32): bool {
  return (ending & LOWER_BIT) === 0
}

function label(awaits: u32): void {
  setName(state.name, state.ending)
  state.awaits = awaits
}

function newLine(at: u32): void {
  if (state.depth === 0) {
    endRecord()
    state.pathName = 0
  }
  state.name = SEED
  state.awaits = NOTHING
  state.isLabel = 1
  state.isLineStart = 1
  state.isFirstOfLine = 1
  state.record = state.base + <f64>at
}

function inName(from: u32, to: u32): u32 {
  let name = state.name
  let ending = state.ending
  let at = from
  for (; at < to; at++) {
    const code: u32 = load<u8>(at)
    if (code === QUOTE || code === NEWLINE) {
      state.lexing = OUTSIDE
      if (code === QUOTE) at++
      break
    }
    name = (name ^ code) * HASH
    ending = (ending << 8) | code
  }
  state.name = name
  state.ending = ending
  return at
}

function inText(from: u32, to: u32): u32 {
  let at = from
  if (state.isEscape !== 0) {
    while (at < to && state.isEscape !== 0) addToEscape(load<u8>(at++))
    if (state.isEscape === 0) addToText(state.escape, state.escapeLength, at, ALTERED)
    return at
  }
  at = textEnd(from, to)
  if (at > from) addToText(from, at - from, from, 0)
  if (at === to) return to
  const code: u32 = load<u8>(at)
  if (code === BACKSLASH) beginEscape()
  else closeText()
  return code === NEWLINE ? at : at + 1
}

/** The next quote, backslash or end of line. Up to 15 bytes behind `to` are read. */
function textEnd(from: u32, to: u32): u32 {
  for (let at = from; at < to; at += 16) {
    const codes = v128.load(at)
    const ends = v128.or(
      v128.or(i8x16.eq(codes, i8x16.splat(0x22)), i8x16.eq(codes, i8x16.splat(0x5c))),
      i8x16.eq(codes, i8x16.splat(0x0a)),
    )
    const bits = i8x16.bitmask(ends)
    if (bits !== 0) return min(to, at + ctz(bits))
  }
  return to
}

/** To the next space, or to the line's end; a `{` begins JSON. */
function inBare(from: u32, to: u32): u32 {
  const isWord = state.lexing === IN_WORD
  const isField = isInObject()
  let at = from
  for (; at < to; at++) {
    const code: u32 = load<u8>(at)
    if (code === NEWLINE || code === RETURN || code === OPEN_BRACE) break
    if (isWord && (code === SPACE || code === QUOTE || (isField && (kindOf(code) & MARK) !== 0))) break
  }
  if (at > from) addToText(from, at - from, from, 0)
  if (at < to) closeText()
  return at
}

function closeText(): void {
  state.lexing = OUTSIDE
  state.name = SEED
  state.isLabel = 0
  state.isEscape = 0
  endText(state.isId !== 0)
}
