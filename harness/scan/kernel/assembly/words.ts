import { confirm, hasRoom, slotOf } from './confirm'
import { hashOf } from './hash'
import { Search } from './search'
import { Table } from './table'

/** Reads a word of `size` bytes every `stride` bytes, and looks closer where the sieve has its hash. */
export function findWords(table: Table, search: Search): void {
  if (table.stride === 8) sweep<u64>(table, search, u64.MAX_VALUE)
  else sweep<u32>(table, search, u64.MAX_VALUE >> 24)
}

/**
 * Reads eight words with one branch: this loop is the speed of the whole scan, and compiled for each stride.
 * @typeParam T as wide as the stride
 */
function sweep<T>(table: Table, search: Search, mask: u64): void {
  const sieve = table.sieve
  const shift = table.shift
  const last = search.last
  const base = search.base
  const step: u32 = 8 * sizeof<T>()
  let position = search.next
  for (; position + step <= last; position += step) {
    const at = base + position
    const seen =
      bitOf(sieve, shift, hashOf(load<u64>(at) & mask)) |
      bitOf(sieve, shift, hashOf(load<u64>(at, sizeof<T>()) & mask)) |
      bitOf(sieve, shift, hashOf(load<u64>(at, 2 * sizeof<T>()) & mask)) |
      bitOf(sieve, shift, hashOf(load<u64>(at, 3 * sizeof<T>()) & mask)) |
      bitOf(sieve, shift, hashOf(load<u64>(at, 4 * sizeof<T>()) & mask)) |
      bitOf(sieve, shift, hashOf(load<u64>(at, 5 * sizeof<T>()) & mask)) |
      bitOf(sieve, shift, hashOf(load<u64>(at, 6 * sizeof<T>()) & mask)) |
      bitOf(sieve, shift, hashOf(load<u64>(at, 7 * sizeof<T>()) & mask))
    if ((seen & 1) === 0) continue
    search.next = position
    if (!lookCloser(table, search, mask, position + step)) return
  }
  search.next = position
  lookCloser(table, search, mask, last)
}

/** The bit of the sieve is the lowest of what is returned; the others mean nothing. */
function bitOf(sieve: u32, shift: u32, hash: u32): u32 {
  return load<u32>(sieve + ((hash >>> shift) << 2)) >>> hash
}

/** Reads word by word up to `stop`. False: there was no room for the matches of the word at `next`. */
function lookCloser(table: Table, search: Search, mask: u64, stop: u32): bool {
  for (; search.next < stop; search.next += table.stride) {
    const word = load<u64>(search.base + search.next) & mask
    if ((bitOf(table.sieve, table.shift, hashOf(word)) & 1) === 0) continue
    const slot = slotOf(table, word)
    if (!hasRoom(search, slot.count)) return false
    confirm(table, search, slot, search.next)
  }
  return true
}
