import { addressOf, copy, isKept, reserve } from './arena'
import { ALTERED, BEGIN } from './flags'
import { state } from './state'
import { append, streamOf } from './streams'

/** Pieces of an answer are short; longer texts are joined by their field only. */
const LONGEST_PIECE: u32 = 128
const MOST_PIECES: u32 = 32
const MOST_IDS: u32 = 4
/** Records that are kept to be joined once it is seen that they take turns. */
const MOST_KEPT: u32 = 64
const SPREAD: u32 = 0x85ebca6b
const HASH: u32 = 0x01000193

/** A text of the record that is being read. */
@unmanaged
class Begun {
  record: f64
  offset: f64
  field: u32
  length: u32
  isAltered: u32
  isHot: u32
}

/** An id of the record that is being read. */
@unmanaged
class Id {
  field: u32
  value: u32
}

/** One field of ids. */
@unmanaged
class IdField {
  field: u32
  generation: u32
  last: u32
  /** a record came back to an id after another: they take turns */
  takesTurns: u32
  /** records that were kept: the last `MOST_KEPT` of them, by their number */
  count: u32
  unused: u32
}

export const BEGUN_BYTES: u32 = (MOST_PIECES + 1) * offsetof<Begun>()
export const TEXTS_BYTES: u32 = (MOST_PIECES + 2) * LONGEST_PIECE
export const IDS_BYTES: u32 = (MOST_IDS + 1) * offsetof<Id>()
/** Behind it, the ids of the kept, and their places in the arena. */
export const ID_FIELD_BYTES: u32 = offsetof<IdField>() + MOST_KEPT * 12

export function beginInRecord(field: u32, offset: f64): void {
  state.length = 0
  state.isAltered = 0
  state.isHot = 0
  const begun = begunAt(state.begun, state.count)
  begun.field = field
  begun.record = state.record
  begun.offset = offset
}

export function addToRecord(from: u32, length: u32, isAltered: bool, isHot: bool): void {
  const whole = state.length + length
  if (whole <= LONGEST_PIECE) {
    const to = state.texts + state.textsAt + state.length
    for (let at: u32 = 0; at < length; at += 8) store<u64>(to + at, load<u64>(from + at))
  }
  state.length = whole
  if (isAltered) state.isAltered = 1
  if (isHot) state.isHot = 1
}

export function endInRecord(isId: bool): void {
  if (state.length === 0 || state.length > LONGEST_PIECE) return
  if (isId) addId()
  else if (state.count < MOST_PIECES) {
    const begun = begunAt(state.begun, state.count)
    begun.length = state.length
    begun.isAltered = state.isAltered
    begun.isHot = state.isHot
    state.textsAt += state.length
    state.count++
  }
}

/** A record ends. Its texts are joined by the value of an id too, once records of different ids take turns. */
export function endTurn(): void {
  if (state.count > 0) for (let index: u32 = 0; index < state.idCount; index++) takeBy(idAt(index))
  state.count = 0
  state.textsAt = 0
  state.idCount = 0
}

function addId(): void {
  if (state.idCount === MOST_IDS) return
  const id = idAt(state.idCount++)
  id.field = begunAt(state.begun, state.count).field
  let hash = state.length
  const from = state.texts + state.textsAt
  for (let at = from; at < from + state.length; at++) hash = (hash ^ <u32>load<u8>(at)) * HASH
  id.value = hash
}

function takeBy(id: Id): void {
  const idField = idFieldOf(id.field)
  if (changetype<u32>(idField) === 0) return
  if (idField.takesTurns === 0) keep(idField, id)
  else join(id, state.begun, state.count, state.texts)
}

/** Records that take turns are joined from here on, and with them those that were kept. */
function keep(idField: IdField, id: Id): void {
  idField.takesTurns = id.value !== idField.last && isAmongKept(idField, id.value) ? 1 : 0
  idField.last = id.value
  if (idField.takesTurns === 0) {
    const slot = idField.count++ % MOST_KEPT
    store<u32>(keptId(idField, slot), id.value)
    store<u64>(keptPlace(idField, slot), storeRecord())
    return
  }
  const first = idField.count > MOST_KEPT ? idField.count - MOST_KEPT : 0
  for (let number = first; number < idField.count; number++) joinKept(idField, id.field, number % MOST_KEPT)
  join(id, state.begun, state.count, state.texts)
}

function isAmongKept(idField: IdField, value: u32): bool {
  const count = min(idField.count, MOST_KEPT)
  const wanted = i32x4.splat(value)
  for (let slot: u32 = 0; slot < count; slot += 4) {
    const bits = i32x4.bitmask(i32x4.eq(v128.load(keptId(idField, slot)), wanted))
    if (bits !== 0 && slot + ctz(bits) < count) return true
  }
  return false
}

/** The record that is being read, in the arena: how many pieces, what is known of them, and their texts. */
function storeRecord(): u64 {
  const about = state.count * offsetof<Begun>()
  const place = reserve(8 + about + state.textsAt)
  const to = addressOf(place)
  store<u32>(to, state.count)
  copy(to + 8, state.begun, about)
  copy(to + 8 + about, state.texts, state.textsAt)
  return place
}

function joinKept(idField: IdField, field: u32, slot: u32): void {
  const place = load<u64>(keptPlace(idField, slot))
  if (!isKept(place)) return
  const address = addressOf(place)
  const count = load<u32>(address)
  const id = idAt(MOST_IDS)
  id.field = field
  id.value = load<u32>(keptId(idField, slot))
  join(id, address + 8, count, address + 8 + count * offsetof<Begun>())
}

function join(id: Id, about: u32, count: u32, texts: u32): void {
  let from = texts
  for (let index: u32 = 0; index < count; index++) {
    const begun = begunAt(about, index)
    const stream = streamOf((((begun.field ^ id.field) * SPREAD) ^ id.value) * SPREAD)
    const flags = begun.isAltered !== 0 ? BEGIN | ALTERED : BEGIN
    append(stream, from, begun.length, begun.record, begun.offset, flags, begun.isHot !== 0)
    from += begun.length
  }
}

/** The field of ids with this name, or 0 where there are too many. */
function idFieldOf(field: u32): IdField {
  const mask = 2 * state.mostIdFields - 1
  let index = (field * SPREAD) & mask
  for (;;) {
    const idField = changetype<IdField>(state.idFields + index * ID_FIELD_BYTES)
    if (idField.generation !== state.generation) break
    if (idField.field === field) return idField
    index = (index + 1) & mask
  }
  if (state.idFieldCount === state.mostIdFields) return changetype<IdField>(0)
  state.idFieldCount++
  const idField = changetype<IdField>(state.idFields + index * ID_FIELD_BYTES)
  idField.field = field
  idField.generation = state.generation
  idField.last = 0
  idField.takesTurns = 0
  idField.count = 0
  return idField
}

function begunAt(address: u32, index: u32): Begun {
  return changetype<Begun>(address + index * offsetof<Begun>())
}

/** The last is room for one that is not of the record. */
function idAt(index: u32): Id {
  return changetype<Id>(state.ids + index * offsetof<Id>())
}

function keptId(idField: IdField, slot: u32): u32 {
  return changetype<u32>(idField) + offsetof<IdField>() + 4 * slot
}

function keptPlace(idField: IdField, slot: u32): u32 {
  return changetype<u32>(idField) + offsetof<IdField>() + 4 * MOST_KEPT + 8 * slot
}
