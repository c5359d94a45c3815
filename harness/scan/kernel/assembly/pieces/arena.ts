import { state } from './state'

/**
 * The last of what was read, of all texts together: a ring that is overwritten. Places in it are counted on and never
 * used again, so that one that was overwritten is known.
 */

/** Room for so many bytes, in one: its place. @param bytes far fewer than there are */
export function reserve(bytes: u32): u64 {
  const wanted = (bytes + 7) & ~7
  const begin = <u32>state.head & (state.arenaSize - 1)
  if (begin + wanted > state.arenaSize) state.head += state.arenaSize - begin
  const place = state.head
  state.head += wanted
  return place
}

/** Whether what was written at a place is still there. */
export function isKept(place: u64): bool {
  return place !== 0 && place + state.arenaSize >= state.head
}

export function addressOf(place: u64): u32 {
  return state.arena + (<u32>place & (state.arenaSize - 1))
}

/** Copies bytes. Up to seven behind both may be read, and written behind the first. */
export function copy(to: u32, from: u32, length: u32): void {
  if (length > 256) memory.copy(to, from, length)
  else for (let at: u32 = 0; at < length; at += 8) store<u64>(to + at, load<u64>(from + at))
}
