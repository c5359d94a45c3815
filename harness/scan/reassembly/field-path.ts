const DEEPEST = 64
const SPREAD = 0x9e3779b1
/** `id` in the last two bytes of a name, whatever their case */
const ID = 0x6964
const LOWER = 0x2020

/**
 * The names around a text of JSON. A field is told by its own name and the two around it, so that brackets that are
 * not JSON, in the text of a log, do not make another field of it.
 */
export class FieldPath {
  /** by depth: the name under which an object or a list stands, and whether it is a list */
  readonly #names = new Int32Array(DEEPEST)
  readonly #lists = new Uint8Array(DEEPEST)
  #depth = 0
  /** how many of them are objects */
  #objects = 0
  /** the depth at which the record began that is being read */
  #recordDepth = 0
  #name = 0
  /** the name of the next text is to come */
  awaitsName = false
  /** the name of the field says that it is an id */
  isId = false

  get isEmpty(): boolean {
    return this.#depth === 0
  }

  get isInObject(): boolean {
    return this.#depth > 0 && this.#lists[this.#depth - 1] === 0
  }

  /** Tells fields apart: 32 bits. */
  get field(): number {
    const outer = this.#names[this.#depth - 1] ?? 0
    const outermost = this.#names[this.#depth - 2] ?? 0
    return Math.imul(Math.imul(this.#name, SPREAD) ^ outer, SPREAD) ^ outermost
  }

  /** @param ending the last two bytes of the name */
  name(hash: number, ending: number): void {
    this.#name = hash
    this.isId = ((ending & 0xffff) | LOWER) === ID
    this.awaitsName = false
  }

  /** Returns whether a record begins: an object that is in none. Deeper than 64, fields are told anew. */
  open(isList: boolean): boolean {
    if (this.#depth === DEEPEST) this.clear()
    const isRecord = !isList && this.#objects === 0
    if (isRecord) this.#recordDepth = this.#depth
    if (!isList) this.#objects++
    this.#names[this.#depth] = this.#name
    this.#lists[this.#depth] = isList ? 1 : 0
    this.#depth++
    if (!isList) this.#name = 0
    this.awaitsName = !isList
    return isRecord
  }

  /** Returns whether a record ends. */
  close(): boolean {
    if (this.#depth === 0) return false
    this.#depth--
    if (this.#lists[this.#depth] === 0) this.#objects--
    this.#name = this.#names[this.#depth] ?? 0
    this.awaitsName = false
    return this.#depth === this.#recordDepth
  }

  /** A comma: in an object, a name follows. */
  next(): void {
    this.awaitsName = this.isInObject
  }

  endLine(): void {
    if (this.#depth === 0) this.#name = 0
  }

  clear(): void {
    this.#depth = 0
    this.#objects = 0
    this.#recordDepth = 0
    this.#name = 0
    this.awaitsName = false
    this.isId = false
  }
}
