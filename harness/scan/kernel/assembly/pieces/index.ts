import { KINDS_BYTES, layKinds } from './kinds'
import { layState, MOST_EVENTS, stateBytes } from './layout'
import { breakLexer, lex } from './lexer'
import { breakLines, readLines } from './lines'
import { addNeedle, layParts, PARTS_BYTES, SEAM_BYTES } from './parts'
import { state, use } from './state'
import { layWalk, WALK_BYTES } from './streams'

/** Address behind which nothing lies. */
export function firstAddress(): u32 {
  return <u32>__heap_base
}

/** Bytes that all states share. */
export function sharedBytes(): u32 {
  return KINDS_BYTES + SEAM_BYTES + WALK_BYTES + PARTS_BYTES
}

/** @param address of so many zeroed bytes as all states share, a multiple of 16 */
export function layShared(address: u32): void {
  layKinds(address)
  layWalk(address + KINDS_BYTES)
  layParts(address + KINDS_BYTES + WALK_BYTES + SEAM_BYTES, address + KINDS_BYTES + WALK_BYTES)
}

export { addNeedle, layState, MOST_EVENTS as mostEvents, stateBytes }

/** Address of the events of a state. */
export function eventsOf(address: u32): u32 {
  use(address)
  return state.events
}

/**
 * Reads bytes of a text.
 * @param base what an address in them lacks to be a place in the layer
 * @param eventCount addresses that stand at `eventsOf`; the largest number where there is no room for them
 */
export function read(address: u32, from: u32, to: u32, base: f64, eventCount: u32): void {
  use(address)
  state.bytes = from
  state.base = base
  state.eventCount = eventCount
  lex(from, to)
  readLines(from, to)
}

/** What follows does not belong to what came before. */
export function cut(address: u32): void {
  use(address)
  state.eventCount = 0
  breakLexer()
  breakLines()
}
