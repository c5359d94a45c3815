import { addressOf, copy, isKept, reserve } from './arena'
import { ALTERED, BEGIN, GAP, LINES, TAKEN } from './flags'
import { loseField, losePieces, take } from './host'
import { advance, mayLieOver, reached, SHORTEST, SIDE, seam as seamOfLast } from './parts'
import { Stream, state } from './state'

const WAYS: u32 = 8
/** Texts of fields whose hashes are alike. Behind it their keys, when they were used, and themselves. */
@unmanaged
class StreamSet {
  /** of the state that it belongs to; of another, it is empty */
  generation: u32
  count: u32
}

export const SET_BYTES: u32 = offsetof<StreamSet>() + WAYS * (8 + offsetof<Stream>())
/** Of the fields that gave way, so many as this power of 2 are remembered for each set. */
export const GONE_BITS: u32 = 5
/** So many bytes before a needle and behind it are given to the host: no canary under the usual encodings is longer. */
const KEPT: u32 = 8192
/** So much of a text that holds records is given to the host after each of its lines. */
const NESTED: u32 = 65536
const ALL: u32 = u32.MAX_VALUE
const SPREAD: u32 = 0x9e3779b1
/** Before a text begins; zeros would be parts of wide encodings. */
const NO_TEXT: u64 = 0xfdf1e7d3c7b5a39d
/** Longer pieces hold a magic whole wherever a canary is cut. */
const LONGEST_PIECE: u32 = 52

/** A part of a text as it is kept. Its bytes stand behind it. */
@unmanaged
class Node {
  /** place of the one before, of the same text */
  before: u64
  record: f64
  offset: f64
  length: u32
  flags: u32
}

const MOST_NODES: u32 = KEPT
/** addresses of nodes, from the last to the first */
const walk: u32 = <u32>memory.data(32768)

/** The text of a field. Where there is no room, the one of its set that was not used for longest gives way. */
export function streamOf(key: u32): Stream {
  const set = changetype<StreamSet>(state.streams + ((key * SPREAD) >>> (32 - state.sets)) * SET_BYTES)
  if (set.generation !== state.generation) {
    set.generation = state.generation
    set.count = 0
  }
  const keys = changetype<u32>(set) + offsetof<StreamSet>()
  const wanted = i32x4.splat(key)
  const low = i32x4.bitmask(i32x4.eq(v128.load(keys), wanted))
  const found = low | (i32x4.bitmask(i32x4.eq(v128.load(keys, 16), wanted)) << 4)
  const known = found & ((1 << set.count) - 1)
  const way: u32 = known !== 0 ? ctz(known) : freeWay(set)
  store<u32>(keys + 4 * (WAYS + way), ++state.clock)
  const stream = changetype<Stream>(keys + 8 * WAYS + way * offsetof<Stream>())
  if (known === 0) renew(stream, key, keys + 4 * way)
  return stream
}

/** One that nobody has, or the one that was not used for longest. */
function freeWay(set: StreamSet): u32 {
  if (set.count < WAYS) return set.count++
  const times = changetype<u32>(set) + offsetof<StreamSet>() + 4 * WAYS
  let oldest: u32 = 0
  for (let way: u32 = 1; way < WAYS; way++) {
    if (state.clock - load<u32>(times + 4 * way) > state.clock - load<u32>(times + 4 * oldest)) oldest = way
  }
  const stream = changetype<Stream>(times + 4 * WAYS + oldest * offsetof<Stream>())
  if (stream.piece <= LONGEST_PIECE) setGone(stream.key)
  return oldest
}

function renew(stream: Stream, key: u32, place: u32): void {
  if (!state.takesAll && isGone(key)) loseField()
  store<u32>(place, key)
  begin(stream, key)
}

export function begin(stream: Stream, key: u32): void {
  stream.tail = NO_TEXT
  stream.tailEnd = NO_TEXT
  stream.key = key
  stream.piece = 0
  stream.node = 0
  stream.hot = state.takesAll ? ALL : 0
}

/** The last field with a hash like this one that gave way: its key and its state. */
function goneAt(key: u32): u32 {
  return state.gone + 8 * ((key * SPREAD) >>> (32 - state.sets - GONE_BITS))
}

function isGone(key: u32): bool {
  const entry = goneAt(key)
  return load<u32>(entry) === key && load<u32>(entry, 4) === state.generation
}

function setGone(key: u32): void {
  const entry = goneAt(key)
  store<u32>(entry, key)
  store<u32>(entry, state.generation, 4)
}

/**
 * Adds bytes to a text. They are given to the host where a needle may lie over the seam, or `isHot` says that one
 * stands in them; then with what is kept of the text before, and with what comes behind. Otherwise they are only kept.
 */
export function append(
  stream: Stream,
  from: u32,
  length: u32,
  record: f64,
  offset: f64,
  flags: u32,
  isHot: bool,
): void {
  if (length === 0) return
  stream.piece = (flags & BEGIN) !== 0 ? length : stream.piece + length
  const isOver = mayLieOver(changetype<u32>(stream), from, length)
  const isSuspicious = isHot || isOver
  let given = flags
  if (isSuspicious || stream.hot > 0) {
    if (stream.hot === 0) given |= giveBefore(stream, KEPT, flags, isOver)
    give(stream, record, offset, from, length, given)
    given |= TAKEN
    cool(stream, length, isSuspicious)
  }
  keep(stream, from, length, record, offset, given & (BEGIN | ALTERED | TAKEN))
  advance(changetype<u32>(stream), from, length)
}

function cool(stream: Stream, length: u32, isSuspicious: bool): void {
  if (stream.hot === ALL) return
  const left = stream.hot > length ? stream.hot - length : 0
  stream.hot = isSuspicious ? max(left, KEPT) : left
}

/** The end of a line in a text: records may stand in it, each on one. */
export function appendNewline(stream: Stream, from: u32, record: f64, offset: f64, flags: u32): void {
  if (state.nests && stream.hot < NESTED) {
    // Of the text before, the piece that ends here.
    const seam = stream.hot === 0 ? giveBefore(stream, 0, flags, false) : 0
    give(stream, record, offset, from, 1, flags | seam)
    keep(stream, from, 1, record, offset, flags | TAKEN)
    advance(changetype<u32>(stream), from, 1)
    stream.piece++
    stream.hot = NESTED
  } else append(stream, from, 1, record, offset, flags, false)
}

export function endsWith(stream: Stream, code: u32): bool {
  return <u32>(stream.tailEnd >>> 56) === code
}

function give(stream: Stream, record: f64, offset: f64, address: u32, length: u32, flags: u32): void {
  const isLines = changetype<u32>(stream) === changetype<u32>(state.lines)
  take(stream.key, record, offset, address, length, isLines ? flags | LINES : flags)
}

function keep(stream: Stream, from: u32, length: u32, record: f64, offset: f64, flags: u32): void {
  const kept = min(length, KEPT)
  const skipped = length - kept
  const place = reserve(offsetof<Node>() + kept)
  const node = changetype<Node>(addressOf(place))
  node.before = stream.node
  node.record = record
  node.offset = offset + skipped
  node.length = kept
  node.flags = flags
  copy(changetype<u32>(node) + offsetof<Node>(), from + skipped, kept)
  stream.node = place
}

/**
 * Gives what is kept of a text to the host, up to its last piece at least and so many bytes. Returns the flags of what
 * follows: there may be a gap before it.
 * @param isOver a needle may lie over what is kept and what follows
 */
function giveBefore(stream: Stream, bytes: u32, flags: u32, isOver: bool): u32 {
  let count: u32 = 0
  let found: u32 = 0
  let isBegun = (flags & BEGIN) !== 0
  let isTaken = false
  let place = stream.node
  for (; count < MOST_NODES && (found < bytes || !isBegun) && isKept(place); count++) {
    const node = changetype<Node>(addressOf(place))
    isTaken = (node.flags & TAKEN) !== 0
    if (isTaken) break
    store<u32>(walk + 4 * count, changetype<u32>(node))
    found += node.length
    if ((node.flags & BEGIN) !== 0) isBegun = true
    place = node.before
  }
  if (isOver && !isTaken && place !== 0 && found < SHORTEST) losePieces(seamOfLast, SIDE, reached)
  let seam: u32 = isTaken ? 0 : GAP
  for (; count > 0; count--) {
    const node = changetype<Node>(load<u32>(walk + 4 * (count - 1)))
    give(stream, node.record, node.offset, changetype<u32>(node) + offsetof<Node>(), node.length, node.flags | seam)
    node.flags |= TAKEN
    seam = 0
  }
  return seam
}
