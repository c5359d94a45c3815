/** One line without its end, in the bytes that are read or in its room. */
@unmanaged
export class Line {
  from: u32
  to: u32
  /** where its text begins, and where it ends without what only says that it goes on */
  start: u32
  end: u32
  /** of its first byte in the layer */
  offset: f64
  /** a needle stands in it */
  isHot: u32
  isThere: u32
  /** address of `WHOLE` bytes: for what is still needed when the bytes that are read are gone */
  room: u32
  unused: u32
}

/** A text that is joined: of a field, or of lines. */
@unmanaged
export class Stream {
  /** its last 16 bytes */
  tail: u64
  tailEnd: u64
  key: u32
  /** bytes of the piece that was begun last */
  piece: u32
  /** place of the node of its last piece */
  node: u64
  /** so many more bytes are given to the host whatever they are */
  hot: u32
}

/** All that is known of one layer between two calls. */
@unmanaged
export class State {
  /** The last of what was read, of all texts together: `arena.ts`. The place of what is written next is never 0. */
  head: u64
  arena: u32
  arenaSize: u32
  generation: u32
  /** of `StreamSet`: as many as this power of 2 */
  streams: u32
  sets: u32
  /** fields that gave way to others */
  gone: u32
  clock: u32
  /** everything is given to the host */
  takesAll: u32
  /** records are looked for in texts of fields */
  nests: u32

  /** the bytes that are read: what is at an address stands in the layer at `base` and it */
  bytes: u32
  base: f64
  /** addresses in these bytes where a needle was found, in order */
  events: u32
  eventCount: u32

  lexing: u32
  name: u32
  ending: u32
  isLabel: u32
  awaits: u32
  record: f64
  isLineStart: u32
  isFirstOfLine: u32
  stream: Stream
  /** a piece was begun, and nothing added to it */
  isBegun: u32
  textAt: f64

  /** by depth: the name under which an object or a list stands, and whether it is a list */
  names: u32
  lists: u32
  depth: u32
  objects: u32
  recordDepth: u32
  pathName: u32
  awaitsName: u32
  isId: u32

  /** address of what the last escape stands for */
  escape: u32
  isEscape: u32
  escapeLength: u32
  digits: i32
  value: u32

  /** of `Begun`, and their texts one after another */
  begun: u32
  texts: u32
  count: u32
  textsAt: u32
  length: u32
  isAltered: u32
  isHot: u32
  ids: u32
  idCount: u32
  idFields: u32
  mostIdFields: u32
  idFieldCount: u32

  lines: Stream
  before: Line
  held: Line
  line: Line
  isLong: u32
  isLongBegun: u32
  hasLast: u32
  /** relative to the line before */
  lastStart: u32
  lastEnd: u32
  isSeparated: u32
  /** address of a space */
  separator: u32
}

/** The state of the layer that is read now: at one place, so that the code knows where its fields are. */
export const state = changetype<State>(memory.data(512))
export const STATE_BYTES: u32 = 512

/** Brings a state to where it is read. */
export function enter(address: u32): void {
  memory.copy(changetype<usize>(state), address, STATE_BYTES)
}

/** Brings it back. */
export function leave(address: u32): void {
  memory.copy(address, changetype<usize>(state), STATE_BYTES)
}

/** More than there is room for: one may stand anywhere. */
export const EVERYWHERE: u32 = u32.MAX_VALUE

/** Whether a needle was found in these bytes, of those that are read. */
export function hasEvent(from: u32, to: u32): bool {
  if (state.eventCount === EVERYWHERE) return true
  for (let index: u32 = 0; index < state.eventCount; index++) {
    const at = load<u32>(state.events + 4 * index)
    if (at >= to) return false
    if (at >= from) return true
  }
  return false
}
