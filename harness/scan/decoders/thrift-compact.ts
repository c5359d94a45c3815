/** A value of the compact protocol, as far as page headers have them; lists and maps are passed over. */
type Value = number | boolean | Fields | null
export type Fields = ReadonlyMap<number, Value>

const TRUE = 1
const FALSE = 2
const BYTE = 3
const LONGEST_INTEGER = 6
const DOUBLE = 7
const BINARY = 8
const LIST = 9
const SET = 10
const STRUCT = 12
const DOUBLE_SIZE = 8
const LONG_FORM = 15
const MOST_DEPTH = 4
const MOST_FIELDS = 64
const LONGEST_VARINT = 10

/** The bytes end within the value. */
export class TooShort extends Error {}
/** These are no such bytes. */
export class NoStruct extends Error {}

/**
 * Reads a struct of Thrift's compact protocol (thrift-compact-protocol.md) from its first field on: what its fields
 * are, by their ids, and where it ends. Throws `TooShort` and `NoStruct`.
 */
export function readStruct(bytes: Uint8Array, at: number): { fields: Fields; end: number } {
  const reader = new Reader(bytes, at)
  const fields = reader.struct(0)
  return { fields, end: reader.at }
}

class Reader {
  at: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  struct(depth: number): Fields {
    if (depth > MOST_DEPTH) throw new NoStruct()
    const fields = new Map<number, Value>()
    for (let id = 0; ; ) {
      const header = this.#byte()
      if (header === 0) return fields
      id = header >> 4 === 0 ? this.#integer() : id + (header >> 4)
      if (fields.size >= MOST_FIELDS || fields.has(id)) throw new NoStruct()
      fields.set(id, this.#value(header & 0x0f, depth))
    }
  }

  #value(type: number, depth: number): Value {
    if (type === TRUE || type === FALSE) return type === TRUE
    if (type === BYTE) return this.#byte()
    if (type > BYTE && type <= LONGEST_INTEGER) return this.#integer()
    if (type === DOUBLE) return this.#skip(DOUBLE_SIZE)
    if (type === BINARY) return this.#skip(this.#varint())
    if (type === STRUCT) return this.struct(depth + 1)
    if (type === LIST || type === SET) return this.#list(depth)
    throw new NoStruct()
  }

  #list(depth: number): null {
    const header = this.#byte()
    const count = header >> 4 === LONG_FORM ? this.#varint() : header >> 4
    if (count > MOST_FIELDS) throw new NoStruct()
    for (let left = count; left > 0; left--) {
      if ((header & 0x0f) <= FALSE) this.#byte()
      else this.#value(header & 0x0f, depth + 1)
    }
    return null
  }

  #byte(): number {
    const byte = this.#bytes[this.at++]
    if (byte === undefined) throw new TooShort()
    return byte
  }

  #varint(): number {
    let value = 0
    for (let index = 0; index < LONGEST_VARINT; index++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * 2 ** (7 * index)
      if ((byte & 0x80) === 0) return value
    }
    throw new NoStruct()
  }

  /** Zigzag: the lowest bit is the sign. */
  #integer(): number {
    const value = this.#varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  #skip(count: number): null {
    this.at += count
    if (this.at > this.#bytes.length) throw new TooShort()
    return null
  }
}
