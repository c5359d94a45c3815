import { beginLexer } from './lexer'
import { WHOLE } from './lines'
import { DEEPEST } from './path'
import { Line, leave, STATE_BYTES, Stream, state } from './state'
import { begin, GONE_BITS, SET_BYTES } from './streams'
import { BEGUN_BYTES, ID_FIELD_BYTES, IDS_BYTES, TEXTS_BYTES } from './turns'

export const MOST_EVENTS: u32 = 1024
const LINE_BYTES: u32 = offsetof<Line>() + WHOLE + 16
/** Before what may be read from a little before it. */
const MARGIN: u32 = 16
const LINES_KEY: u32 = 0

let next: u32 = 0

/** Bytes of a state. @param sets as a power of 2, of texts @param arena bytes of the arena, as a power of 2 */
export function stateBytes(sets: u32, arena: u32, idFields: u32): u32 {
  const small = STATE_BYTES + MOST_EVENTS * 4 + DEEPEST * 8 + offsetof<Stream>() + 3 * LINE_BYTES + 2 * MARGIN
  const record = BEGUN_BYTES + TEXTS_BYTES + IDS_BYTES
  const tables = (8 << (sets + GONE_BITS)) + 2 * idFields * ID_FIELD_BYTES + (SET_BYTES << sets)
  return aligned(<u32>(small + record + tables)) + (1 << arena) + 256
}

/**
 * Makes a new state in such bytes. They hold zeros, or an older state of the same sizes.
 * @param generation another than that of any state that these bytes have held
 */
export function layState(
  address: u32,
  sets: u32,
  arena: u32,
  idFields: u32,
  generation: u32,
  takesAll: u32,
  nests: u32,
): void {
  memory.fill(changetype<usize>(state), 0, STATE_BYTES)
  next = address + STATE_BYTES
  state.generation = generation
  state.takesAll = takesAll
  state.nests = nests
  state.sets = sets
  state.mostIdFields = idFields
  layTexts(sets, idFields)
  layLines()
  state.arena = room(1 << arena)
  state.arenaSize = 1 << arena
  state.head = state.arenaSize
  beginLexer()
  leave(address)
}

function layTexts(sets: u32, idFields: u32): void {
  state.streams = room(SET_BYTES << sets)
  state.gone = room(8 << (sets + GONE_BITS))
  state.idFields = room(2 * idFields * ID_FIELD_BYTES)
  state.events = room(MOST_EVENTS * 4)
  state.names = room(DEEPEST * 4)
  state.lists = room(DEEPEST)
  state.begun = room(BEGUN_BYTES)
  state.texts = room(TEXTS_BYTES)
  state.ids = room(IDS_BYTES)
}

function layLines(): void {
  state.lines = changetype<Stream>(room(offsetof<Stream>()))
  begin(state.lines, LINES_KEY)
  state.before = layLine()
  state.held = layLine()
  state.line = layLine()
  state.isSeparated = 1
  state.separator = room(MARGIN)
  state.escape = room(MARGIN)
  store<u8>(state.separator, 0x20)
}

function layLine(): Line {
  const line = changetype<Line>(room(offsetof<Line>()))
  line.isThere = 0
  line.from = 0
  room(MARGIN)
  line.room = room(WHOLE)
  return line
}

function room(bytes: u32): u32 {
  const address = next
  next += aligned(bytes)
  return address
}

function aligned(bytes: u32): u32 {
  return (bytes + 15) & ~15
}
