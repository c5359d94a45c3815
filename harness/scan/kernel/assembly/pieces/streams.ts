import { addressOf, isKept, reserve } from './arena'
import { ALTERED, BEGIN, GAP, LINES, LOST_FIELD, LOST_PIECES, TAKEN } from './flags'
import { lose, take } from './host'
import { advance, mayLieOver, SHORTEST } from './parts'
import { Stream, state } from './state'

export const WAYS: u32 = 8
export const GONE_BITS: u32 = 18
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
export const WALK_BYTES: u32 = 4 * MOST_NODES
let walk: u32 = 0

/** @param address of `WALK_BYTES` */
export function layWalk(address: u32): void {
  walk = address
}

/** The text of a field. Where there is no room, the one of its set that was not used for longest gives way. */
export function streamOf(key: u32): Stream {
  const set = state.streams + ((key * SPREAD) >>> (32 - state.sets)) * WAYS * offsetof<Stream>()
  let oldest = changetype<Stream>(set)
  const now = ++state.clock
  for (let index: u32 = 0; index < WAYS; index++) {
    const stream = changetype<Stream>(set + index * offsetof<Stream>())
    if (stream.generation !== state.generation) return renew(stream, key, now)
    if (stream.key === key) {
      stream.lastUsed = now
      return stream
    }
    if (now - stream.lastUsed > now - oldest.lastUsed) oldest = stream
  }
  if (oldest.piece <= LONGEST_PIECE) setGone(oldest.key)
  return renew(oldest, key, now)
}

function renew(stream: Stream, key: u32, now: u32): Stream {
  if (!state.takesAll && isGone(key)) lose(LOST_FIELD)
  begin(stream, key)
  stream.lastUsed = now
  return stream
}

export function begin(stream: Stream, key: u32): void {
  memory.fill(changetype<usize>(stream), 0, offsetof<Stream>())
  stream.tail = NO_TEXT
  stream.tailEnd = NO_TEXT
  stream.key = key
  stream.generation = state.generation
  stream.hot = state.takesAll ? ALL : 0
}

function goneWord(key: u32): u32 {
  return state.gone + (((key * SPREAD) >>> (32 - GONE_BITS + 5)) << 2)
}

function isGone(key: u32): bool {
  return ((load<u32>(goneWord(key)) >>> (key & 31)) & 1) !== 0
}

function setGone(key: u32): void {
  store<u32>(goneWord(key), load<u32>(goneWord(key)) | (1 << (key & 31)))
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

/** Whatever stands behind both may be read, and written behind the first. */
function copy(to: u32, from: u32, length: u32): void {
  if (length > 64) memory.copy(to, from, length)
  else for (let at: u32 = 0; at < length; at += 8) store<u64>(to + at, load<u64>(from + at))
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
  if (isOver && !isTaken && place !== 0 && found < SHORTEST) lose(LOST_PIECES)
  let seam: u32 = isTaken ? 0 : GAP
  for (; count > 0; count--) {
    const node = changetype<Node>(load<u32>(walk + 4 * (count - 1)))
    give(stream, node.record, node.offset, changetype<u32>(node) + offsetof<Node>(), node.length, node.flags | seam)
    node.flags |= TAKEN
    seam = 0
  }
  return seam
}
