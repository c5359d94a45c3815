import { state } from './state'

export const DEEPEST: u32 = 64
const SPREAD: u32 = 0x9e3779b1
/** `id` in the last two bytes of a name, whatever their case */
const ID: u32 = 0x6964
const LOWER: u32 = 0x2020

/**
 * The names around a text of JSON. A field is told by its own name and the two around it, so that brackets that are
 * not JSON, in the text of a log, do not make another field of it.
 */
export function field(): u32 {
  const depth = state.depth
  const outer = depth > 0 ? load<u32>(state.names + 4 * (depth - 1)) : 0
  const outermost = depth > 1 ? load<u32>(state.names + 4 * (depth - 2)) : 0
  return (((state.pathName * SPREAD) ^ outer) * SPREAD) ^ outermost
}

export function isInObject(): bool {
  return state.depth > 0 && load<u8>(state.lists + state.depth - 1) === 0
}

/** @param ending the last two bytes of the name */
export function setName(hash: u32, ending: u32): void {
  state.pathName = hash
  state.isId = ((ending & 0xffff) | LOWER) === ID ? 1 : 0
  state.awaitsName = 0
}

/** Returns whether a record begins: an object that is in none. Deeper than 64, fields are told anew. */
export function openPath(isList: bool): bool {
  if (state.depth === DEEPEST) clearPath()
  const isRecord = !isList && state.objects === 0
  if (isRecord) state.recordDepth = state.depth
  if (!isList) state.objects++
  store<u32>(state.names + 4 * state.depth, state.pathName)
  store<u8>(state.lists + state.depth, isList ? 1 : 0)
  state.depth++
  if (!isList) state.pathName = 0
  state.awaitsName = isList ? 0 : 1
  return isRecord
}

/** Returns whether a record ends. */
export function closePath(): bool {
  if (state.depth === 0) return false
  state.depth--
  if (load<u8>(state.lists + state.depth) === 0) state.objects--
  state.pathName = load<u32>(state.names + 4 * state.depth)
  state.awaitsName = 0
  return state.depth === state.recordDepth
}

export function clearPath(): void {
  state.depth = 0
  state.objects = 0
  state.recordDepth = 0
  state.pathName = 0
  state.awaitsName = 0
  state.isId = 0
}
