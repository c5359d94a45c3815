import type { JoinedFields } from './joined-fields.ts'

/** Pieces of an answer are short; longer texts are joined by their field only. */
const LONGEST_PIECE = 128
const MOST_PIECES = 32
const MOST_IDS = 4
/** Records that are kept to be joined once it is seen that they take turns. */
const MOST_KEPT = 64
const MOST_ID_FIELDS = 256
const SPREAD = 0x85ebca6b
const HASH = 0x01000193

interface Piece {
  readonly field: number
  readonly record: number
  readonly offset: number
  readonly bytes: Uint8Array
  readonly altered: boolean
}

/** A text of the record that is being read; used again for the next. */
class Begun {
  field = 0
  record = 0
  offset = 0
  length = 0
  altered = false
}

interface KeptRecord {
  readonly id: number
  readonly pieces: readonly Piece[]
}

/** One field of ids. */
interface IdField {
  last: number
  /** a record came back to an id after another: they take turns */
  takesTurns: boolean
  kept: KeptRecord[]
}

/**
 * Joins texts by their field and by the value of an id that stands in the same record, once records of different ids
 * take turns: an id that is the same in all records, or another in each, tells nothing.
 */
export class InterleavedRecords {
  readonly #fields: JoinedFields
  readonly #idFields = new Map<number, IdField>()
  /** texts of the record that is being read, one after another, with the last begun at `#textAt` */
  readonly #texts = new Uint8Array(MOST_PIECES * LONGEST_PIECE + LONGEST_PIECE)
  #textAt = 0
  #length = 0
  #altered = false
  readonly #begun: Begun[] = Array.from({ length: MOST_PIECES + 1 }, () => new Begun())
  #count = 0
  #ids: { readonly field: number; readonly id: number }[] = []

  constructor(fields: JoinedFields) {
    this.#fields = fields
  }

  begin(field: number, record: number, offset: number): void {
    this.#length = 0
    this.#altered = false
    const begun = this.#begun[this.#count]
    if (begun === undefined) return
    begun.field = field
    begun.record = record
    begun.offset = offset
  }

  add(bytes: Uint8Array, from: number, to: number, altered: boolean): void {
    const length = this.#length + to - from
    if (length <= LONGEST_PIECE) {
      let at = this.#textAt + this.#length
      for (let index = from; index < to; index++) this.#texts[at++] = bytes[index] ?? 0
    }
    this.#length = length
    this.#altered ||= altered
  }

  end(isId: boolean): void {
    if (this.#length === 0 || this.#length > LONGEST_PIECE) return
    const begun = this.#begun[this.#count]
    if (begun === undefined) return
    if (isId) {
      if (this.#ids.length < MOST_IDS) this.#ids.push({ field: begun.field, id: this.#hash() })
    } else if (this.#count < MOST_PIECES) {
      begun.length = this.#length
      begun.altered = this.#altered
      this.#textAt += this.#length
      this.#count++
    }
  }

  endRecord(): void {
    if (this.#count > 0 && this.#ids.length > 0) {
      const pieces = this.#pieces()
      for (const { field, id } of this.#ids) this.#take(field, id, pieces)
    }
    this.#count = 0
    this.#textAt = 0
    if (this.#ids.length > 0) this.#ids = []
  }

  #pieces(): Piece[] {
    let at = 0
    return this.#begun.slice(0, this.#count).map(({ field, record, offset, length, altered }) => {
      at += length
      return { field, record, offset, altered, bytes: this.#texts.slice(at - length, at) }
    })
  }

  #take(field: number, id: number, pieces: readonly Piece[]): void {
    const idField = this.#idFieldOf(field)
    if (idField === null) return
    const record = { id, pieces }
    if (idField.takesTurns) this.#join(field, record)
    else this.#keep(idField, field, record)
  }

  /** Records that take turns are joined from here on, and with them those that were kept. */
  #keep(idField: IdField, field: number, record: KeptRecord): void {
    const { id } = record
    idField.takesTurns = id !== idField.last && idField.kept.some(kept => kept.id === id)
    idField.last = id
    idField.kept.push(record)
    if (idField.takesTurns) {
      for (const kept of idField.kept) this.#join(field, kept)
      idField.kept = []
    } else if (idField.kept.length > MOST_KEPT) idField.kept.shift()
  }

  #idFieldOf(field: number): IdField | null {
    const known = this.#idFields.get(field)
    if (known !== undefined || this.#idFields.size >= MOST_ID_FIELDS) return known ?? null
    const idField: IdField = { last: 0, takesTurns: false, kept: [] }
    this.#idFields.set(field, idField)
    return idField
  }

  #join(idField: number, { id, pieces }: KeptRecord): void {
    for (const { field, record, offset, bytes, altered } of pieces) {
      const stream = Math.imul(Math.imul(field ^ idField, SPREAD) ^ id, SPREAD)
      const text = this.#fields.begin(stream, record, offset)
      this.#fields.add(text, bytes, 0, bytes.length, altered)
      this.#fields.end(text)
    }
  }

  #hash(): number {
    let hash = this.#length
    for (let at = this.#textAt; at < this.#textAt + this.#length; at++) {
      hash = Math.imul(hash ^ (this.#texts[at] ?? 0), HASH)
    }
    return hash
  }
}
