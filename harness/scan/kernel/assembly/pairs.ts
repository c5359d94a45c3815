import { confirm, hasRoom, slotOf } from './confirm'
import { Search } from './search'
import { Slot, Table } from './table'

const PAIRS_AT_ONCE: u32 = 4
/** What is known of the four bytes of a sample: all, all but the last, all but the first. */
const WHOLE: u32 = 0xffffffff
const WITHOUT_LAST: u32 = 0x00ffffff
const WITHOUT_FIRST: u32 = 0xffffff00
/** The buckets that hold such samples. */
const IN_WHOLE: u32 = 0x3f
const IN_WITHOUT_LAST: u32 = 0x40
const IN_WITHOUT_FIRST: u32 = 0x80

/**
 * Reads two pairs of bytes at every second byte, four times at once, and looks closer where the sieve has them. Samples
 * are in eight buckets: for each pair the low byte of the sieve holds the buckets in which it is the first of a sample,
 * and the high byte those in which it is the second.
 */
export function findPairs(table: Table, search: Search): void {
  const sieve = table.sieve
  const base = search.base
  const last = search.last
  let position = search.next
  let first = bucketsOf(sieve, load<u16>(base + position))
  for (; position < last; position += 2 * PAIRS_AT_ONCE) {
    const word = load<u64>(base + position)
    const second = bucketsOf(sieve, <u32>word >>> 16)
    const third = bucketsOf(sieve, <u32>(word >> 32) & 0xffff)
    const fourth = bucketsOf(sieve, <u32>(word >> 48))
    const fifth = bucketsOf(sieve, load<u16>(base + position + 8))
    const seen =
      (first & (second >>> 8)) | (second & (third >>> 8)) | (third & (fourth >>> 8)) | (fourth & (fifth >>> 8))
    first = fifth
    if ((seen & 0xff) === 0) continue
    const read = lookCloser(table, search, position)
    if (read === PAIRS_AT_ONCE) continue
    position += 2 * read
    break
  }
  search.next = position
}

function bucketsOf(sieve: u32, pair: u32): u32 {
  return load<u16>(sieve + 2 * pair)
}

/** How many of the four places were read before there was no room. */
function lookCloser(table: Table, search: Search, position: u32): u32 {
  for (let index: u32 = 0; index < PAIRS_AT_ONCE; index++) {
    const place = position + 2 * index
    const first = bucketsOf(table.sieve, load<u16>(search.base + place))
    const second = bucketsOf(table.sieve, load<u16>(search.base + place + 2))
    const buckets = first & (second >>> 8) & 0xff
    if (buckets !== 0 && !confirmAt(table, search, place, buckets)) return index
  }
  return PAIRS_AT_ONCE
}

/** Adds the matches of all samples that stand at `position`. False: there is no room for them, and none was added. */
function confirmAt(table: Table, search: Search, position: u32, buckets: u32): bool {
  const bytes = load<u32>(search.base + position)
  const whole = slotIn(table, buckets & IN_WHOLE, masked(bytes, WHOLE))
  const withoutLast = slotIn(table, buckets & IN_WITHOUT_LAST, masked(bytes, WITHOUT_LAST))
  const withoutFirst = slotIn(table, buckets & IN_WITHOUT_FIRST, masked(bytes, WITHOUT_FIRST))
  const matches = countOf(whole) + countOf(withoutLast) + countOf(withoutFirst)
  if (!hasRoom(search, matches)) return false
  if (whole !== null) confirm(table, search, whole, position)
  if (withoutLast !== null) confirm(table, search, withoutLast, position)
  if (withoutFirst !== null) confirm(table, search, withoutFirst, position)
  return true
}

function slotIn(table: Table, buckets: u32, value: u64): Slot | null {
  return buckets === 0 ? null : slotOf(table, value)
}

function countOf(slot: Slot | null): u32 {
  return slot === null ? 0 : slot.count
}

/** The value of a sample: its bytes that are known, and which those are. */
function masked(bytes: u32, mask: u32): u64 {
  return ((<u64>mask) << 32) | (bytes & mask)
}
