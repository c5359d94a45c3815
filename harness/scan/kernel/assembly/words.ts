import { confirm, hasRoom, slotOf } from './confirm'
import { hashOf } from './hash'
import { Search } from './search'
import { Table } from './table'

const WORDS_AT_ONCE: u32 = 4

/** Reads a word of `size` bytes every `stride` bytes, and looks closer where the sieve has its hash. */
export function findWords(table: Table, search: Search): void {
  const mask: u64 = u64.MAX_VALUE >> (64 - 8 * table.size)
  const sieve = table.sieve
  const shift = table.shift
  const stride = table.stride
  const last = search.last
  const step = WORDS_AT_ONCE * stride
  let position = search.next
  // Four words with one branch: this loop is the speed of the whole scan.
  for (; position + step <= last; position += step) {
    const address = search.base + position
    const seen =
      bitOf(sieve, hashOf(load<u64>(address) & mask) >>> shift) |
      bitOf(sieve, hashOf(load<u64>(address + stride) & mask) >>> shift) |
      bitOf(sieve, hashOf(load<u64>(address + 2 * stride) & mask) >>> shift) |
      bitOf(sieve, hashOf(load<u64>(address + 3 * stride) & mask) >>> shift)
    if ((seen & 1) === 0) continue
    search.next = position
    if (!lookCloser(table, search, mask, position + step)) return
  }
  search.next = position
  lookCloser(table, search, mask, last)
}

/** The bit of the sieve is the lowest of what is returned; the others mean nothing. */
function bitOf(sieve: u32, hash: u32): u32 {
  return load<u32>(sieve + ((hash >>> 5) << 2)) >>> hash
}

/** Reads word by word up to `stop`. False: there was no room for the matches of the word at `next`. */
function lookCloser(table: Table, search: Search, mask: u64, stop: u32): bool {
  for (; search.next < stop; search.next += table.stride) {
    const word = load<u64>(search.base + search.next) & mask
    if ((bitOf(table.sieve, hashOf(word) >>> table.shift) & 1) === 0) continue
    const slot = slotOf(table, word)
    if (!hasRoom(search, slot.count)) return false
    confirm(table, search, slot, search.next)
  }
  return true
}
