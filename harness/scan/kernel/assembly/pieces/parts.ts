/** What is known of the needles: a bit in so many for the hash of each part. */
const HASH_BITS: u32 = 21
export const PARTS_BYTES: u32 = (1 << HASH_BITS) >>> 3
/** Bytes of a part. A needle of 11 bytes has six of them, one after another. */
const PART: u32 = 6
export const SHORTEST: u32 = 11
const IN_A_ROW: u32 = SHORTEST - PART + 1
const MULTIPLIER: u64 = 0x9e3779b97f4a7c15
/** Bytes of a text that a window may have before a cut, and after it. */
const REACH: u32 = SHORTEST - 1
const SIDE: u32 = 16

let parts: u32 = 0
/** the end of a text and the beginning of what is added to it, side by side */
let seam: u32 = 0
export const SEAM_BYTES: u32 = 3 * SIDE

/** @param bits address of `PARTS_BYTES` zeroed bytes @param room address of `SEAM_BYTES` */
export function layParts(bits: u32, room: u32): void {
  parts = bits
  seam = room
}

/** Adds the parts of a needle. */
export function addNeedle(address: u32, length: u32): void {
  for (let at: u32 = 0; at + PART <= length; at++) {
    const hash = hashAt(address + at)
    const word = parts + ((hash >>> 5) << 2)
    store<u32>(word, load<u32>(word) | (1 << (hash & 31)))
  }
}

function hashAt(address: u32): u32 {
  return <u32>(((load<u64>(address) << 16) * MULTIPLIER) >> (64 - HASH_BITS))
}

function isPart(address: u32): bool {
  const hash = hashAt(address)
  return ((load<u32>(parts + ((hash >>> 5) << 2)) >>> (hash & 31)) & 1) !== 0
}

/**
 * Whether a needle may lie over the cut between a text and what follows: some window of 11 bytes over it has parts of
 * needles only. Sound for what follows in bits, too: a window that goes on behind them lies over the next cut.
 * @param before address of the last 16 bytes of the text @param after of what follows, with 16 bytes that may be read
 */
export function mayLieOver(before: u32, after: u32, length: u32): bool {
  v128.store(seam, v128.load(before))
  v128.store(seam + SIDE, v128.load(after))
  // Six parts in a row, of the fifteen that there are, hold one of these two.
  if (!isPart(seam + SIDE - PART + 1) && (length <= PART || !isPart(seam + SIDE + 1))) return false
  const stop = seam + SIDE + min(length, REACH) - PART
  let row: u32 = 0
  for (let at = seam + SIDE - REACH; at <= stop; at++) {
    row = isPart(at) ? row + 1 : 0
    if (row === IN_A_ROW) return true
  }
  return false
}

/** Makes of the last 16 bytes of a text those that it has once so many follow. */
export function advance(tail: u32, after: u32, length: u32): void {
  if (length >= SIDE) {
    v128.store(tail, v128.load(after + length - SIDE))
    return
  }
  v128.store(seam, v128.load(tail))
  v128.store(seam + SIDE, v128.load(after))
  v128.store(tail, v128.load(seam + length))
}
