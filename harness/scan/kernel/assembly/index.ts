import { hashOf } from './hash'
import { findPairs } from './pairs'
import { Search } from './search'
import { Table } from './table'
import { findWords } from './words'

/** The hash of a value in two halves: whoever lays out a table needs the one that reads it. */
export function hash(low: u32, high: u32): u32 {
  return hashOf(((<u64>high) << 32) | low)
}

/** Looks through the bytes of `search` from `next` on, until they end or there is no more room for matches. */
export function find(table: Table, search: Search): void {
  if (table.size === 4) findPairs(table, search)
  else findWords(table, search)
}

export { begin32, begin64, digest32, digest64, stripes32, stripes64 } from './xxhash'
