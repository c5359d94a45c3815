import { layKinds } from './kinds'
import { layState, MOST_EVENTS, stateBytes } from './layout'
import { breakLexer, lex } from './lexer'
import { breakLines, readLines } from './lines'
import { addNeedle } from './parts'
import { enter, leave, state } from './state'

export { addNeedle, layState, MOST_EVENTS as mostEvents, stateBytes }

/** To be called before anything else. Returns the address behind which nothing lies. */
export function begin(): u32 {
  layKinds()
  return <u32>__heap_base
}

/** Address of the events of a state. */
export function eventsOf(address: u32): u32 {
  enter(address)
  return state.events
}

/**
 * Reads bytes of a text.
 * @param base what an address in them lacks to be a place in the layer
 * @param eventCount addresses that stand at `eventsOf`; the largest number where there is no room for them
 */
export function read(address: u32, from: u32, to: u32, base: f64, eventCount: u32): void {
  enter(address)
  state.bytes = from
  state.base = base
  state.eventCount = eventCount
  lex(from, to)
  readLines(from, to)
  leave(address)
}

/** What follows does not belong to what came before. */
export function cut(address: u32): void {
  enter(address)
  state.eventCount = 0
  breakLexer()
  breakLines()
  leave(address)
}
