import { ALTERED, BEGIN } from './flags'
import { hasEvent, state } from './state'
import { append, appendNewline, endsWith, streamOf } from './streams'
import { addToRecord, beginInRecord, endInRecord, endTurn } from './turns'

const NEWLINE: u32 = 0x0a
const CLOSE_BRACE: u32 = 0x7d

/** A text of a field begins, at an address. */
export function beginText(field: u32, at: u32): void {
  state.stream = streamOf(field)
  state.isBegun = 1
  state.textAt = state.base + <f64>at
  beginInRecord(field, state.textAt)
}

/** More of that text. @param at where it stands, of the bytes that are read */
export function addToText(from: u32, length: u32, at: u32, flags: u32): void {
  const isHot = state.eventCount > 0 && flags === 0 && hasEvent(from, from + length)
  addToRecord(from, length, flags !== 0, isHot)
  addToStream(from, length, at, flags, isHot)
}

/** The text has ended that was begun last. Records that stand in a text are lines of it. */
export function endText(isId: bool): void {
  if (endsWith(state.stream, CLOSE_BRACE)) {
    store<u8>(state.escape, NEWLINE)
    addToStream(state.escape, 1, state.bytes, ALTERED, false)
  }
  endInRecord(isId)
}

export function endRecord(): void {
  endTurn()
}

function addToStream(from: u32, length: u32, at: u32, flags: u32, isHot: bool): void {
  const isBegin = state.isBegun !== 0
  const all = isBegin ? flags | BEGIN : flags
  const offset = isBegin ? state.textAt : state.base + <f64>at
  state.isBegun = 0
  if (flags !== 0 && load<u8>(from) === NEWLINE) appendNewline(state.stream, from, state.record, offset, all)
  else append(state.stream, from, length, state.record, offset, all, isHot)
}
