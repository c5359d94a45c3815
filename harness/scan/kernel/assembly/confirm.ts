import { hashOf } from './hash'
import { Match, Search } from './search'
import { Needle, Sample, Slot, Table } from './table'

/** Whether there is room for so many more matches. */
export function hasRoom(search: Search, matches: u32): bool {
  return search.room - search.found >= matches
}

/** Adds the matches that a value read at `position` stands for. There must be room for all of the slot's samples. */
export function confirm(table: Table, search: Search, slot: Slot, position: u32): void {
  let sample = table.samples + slot.first * offsetof<Sample>()
  const stop = sample + slot.count * offsetof<Sample>()
  for (; sample < stop; sample += offsetof<Sample>()) confirmSample(table, search, changetype<Sample>(sample), position)
}

/** The value's slot, or an empty one. */
export function slotOf(table: Table, value: u64): Slot {
  let index = hashOf(value) & table.slotMask
  let slot = changetype<Slot>(table.slots + index * offsetof<Slot>())
  while (slot.count !== 0 && slot.value !== value) {
    index = (index + 1) & table.slotMask
    slot = changetype<Slot>(table.slots + index * offsetof<Slot>())
  }
  return slot
}

function confirmSample(table: Table, search: Search, sample: Sample, position: u32): void {
  const signed = <i32>position - sample.offset
  if (signed < <i32>search.from || signed >= <i32>search.to) return
  const at = <u32>signed
  const needle = changetype<Needle>(table.needles + sample.needle * offsetof<Needle>())
  if (at + needle.length > search.end || !standsAt(needle, search.base + at)) return
  const match = changetype<Match>(search.matches + search.found * offsetof<Match>())
  match.needle = needle.name
  match.at = at
  search.found++
}

function standsAt(needle: Needle, address: u32): bool {
  const length = needle.length
  for (let index: u32 = 0; index < length; index++) {
    if (load<u8>(address + index) !== load<u8>(needle.bytes + index)) return false
  }
  return true
}
