/** What is known of the needles: a bit in so many for the hash of each part. */
const HASH_BITS: u32 = 21
const PARTS_BYTES: i32 = 262144
/** Bytes of a part. A needle of 11 bytes has six of them, one after another. */
const PART: u32 = 6
export const SHORTEST: u32 = 11
const IN_A_ROW: u32 = SHORTEST - PART + 1
const MULTIPLIER: u64 = 0x9e3779b97f4a7c15
/** Bytes of a text that a window may have before a cut, and after it. */
const REACH: u32 = SHORTEST - 1
export const SIDE: i32 = 16

const parts: u32 = <u32>memory.data(PARTS_BYTES)
/** the end of a text and the beginning of what is added to it, side by side */
export const seam: u32 = <u32>memory.data(3 * SIDE)

/** how many bytes behind the cut were looked at last */
export let reached: u32 = 0

/** Adds the parts of a needle. */
export function addNeedle(address: u32, length: u32): void {
  for (let at: u32 = 0; at + PART <= length; at++) {
    const hash = hashOf(load<u64>(address + at))
    const word = parts + ((hash >>> 5) << 2)
    store<u32>(word, load<u32>(word) | (1 << (hash & 31)))
  }
}

/** The hash of the low six bytes. */
function hashOf(bytes: u64): u32 {
  return <u32>(((bytes << 16) * MULTIPLIER) >> (64 - HASH_BITS))
}

function isPart(bytes: u64): bool {
  const hash = hashOf(bytes)
  return ((load<u32>(parts + ((hash >>> 5) << 2)) >>> (hash & 31)) & 1) !== 0
}

/**
 * Whether a needle may lie over the cut between a text and what follows: some window of 11 bytes over it has parts of
 * needles only. Sound for what follows in bits, too: a window that goes on behind them lies over the next cut.
 * @param before address of the last 16 bytes of the text @param after of what follows, with 16 bytes that may be read
 */
export function mayLieOver(before: u32, after: u32, length: u32): bool {
  // Six parts in a row, of the fifteen that there are, hold one of these two.
  const over = (load<u64>(before, SIDE - 8) >> 24) | ((<u64>load<u8>(after)) << 40)
  if (!isPart(over) && (length <= PART || !isPart(load<u64>(after, 1)))) return false
  return isInRow(before, after, length)
}

function isInRow(before: u32, after: u32, length: u32): bool {
  v128.store(seam, v128.load(before))
  v128.store(seam + SIDE, v128.load(after))
  reached = min(length, REACH)
  const stop = seam + SIDE + reached - PART
  let row: u32 = 0
  for (let at = seam + SIDE - REACH; at <= stop; at++) {
    row = isPart(load<u64>(at)) ? row + 1 : 0
    if (row === IN_A_ROW) return true
  }
  return false
}

/** Makes of the last 16 bytes of a text those that it has once so many follow. */
export function advance(tail: u32, after: u32, length: u32): void {
  if (length >= <u32>SIDE) {
    v128.store(tail, v128.load(after + length - SIDE))
    return
  }
  const end = load<u64>(tail, 8)
  const next = load<u64>(after)
  if (length < 8) {
    store<u64>(tail, shifted(load<u64>(tail), end, length))
    store<u64>(tail, shifted(end, next, length), 8)
  } else {
    store<u64>(tail, shifted(end, next, length - 8))
    store<u64>(tail, load<u64>(after + length - 8), 8)
  }
}

/** Eight bytes of sixteen, behind the first few. @param count fewer than eight */
function shifted(first: u64, second: u64, count: u32): u64 {
  return count === 0 ? first : (first >> (8 * count)) | (second << (64 - 8 * count))
}
