/** A byte that cannot be known from what is there, such as one whose other half was cut off. */
export const UNKNOWN = -1

/** What one unit of encoded text stands for. Reused from unit to unit, so that reading allocates nothing. */
export class Unit {
  /** how many bytes the unit stands for: 1, or as many as a group of base64, base32 or base85 holds */
  count = 0
  /** those bytes, or UNKNOWN; `from` and `to` are the codes, as a half-open range, that each of them came from */
  readonly values = [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]
  readonly from = [0, 0, 0, 0, 0]
  readonly to = [0, 0, 0, 0, 0]
  /** the codes that the whole unit takes, as a half-open range: where reading goes on, backward and forward */
  start = 0
  end = 0

  /** A unit of one byte. Always true, for the reader to return. */
  one(value: number, start: number, end: number): true {
    this.count = 1
    this.values[0] = value
    this.from[0] = start
    this.to[0] = end
    this.start = start
    this.end = end
    return true
  }

  /** Sets byte `index` of a unit of several. */
  put(index: number, value: number, from: number, to: number): void {
    this.values[index] = value
    this.from[index] = from
    this.to[index] = to
  }
}

/** Codes being read: bytes, numbers of a list (token ids), or UNKNOWN. */
export type Codes = ArrayLike<number>

/** How an encoding is read back, unit by unit, from any place where a unit begins. */
export interface Form {
  /** most codes that stand for one byte */
  readonly width: number
  /** units begin at every so many codes; 1 where their length varies */
  readonly period: number
  /** bytes of the first unit that come before the needle's text, such as its alignment in base64; below 0: how many
   * bytes of the text come before that unit */
  readonly skip: number
  /** Reads the unit in which a needle that was found at `at` begins. False: there is none. */
  first(codes: Codes, at: number, unit: Unit): boolean
  /** Reads the unit that begins at `at`. False: no unit begins there. */
  next(codes: Codes, at: number, unit: Unit): boolean
  /** Reads the unit that ends before `end`. False: no unit ends there. */
  previous(codes: Codes, end: number, unit: Unit): boolean
}

/** One layer of what a canary is written in, as it is read back. */
export interface Decoding {
  /** as it stands in `via` */
  readonly name: string
  readonly form: Form
  /** `text`: makes sense over 8-bit text only, not over binary data or over itself; `canary`: over nothing but canaries */
  readonly over: 'bytes' | 'text' | 'canary'
}

/** One way to encode bytes. */
export interface Encoder extends Decoding {
  /** The part of the encoded text that is the same whatever stands before and after the bytes. */
  encode(bytes: Uint8Array): Uint8Array
  /**
   * What it may be stacked with. `any`: everything; it also carries containers. `one`: at most one such encoding stands
   * in a stack. `pair`: the same, in stacks of two. `alone`: nothing.
   */
  readonly stack: 'any' | 'one' | 'pair' | 'alone'
  /** containers are looked for under it, under nothing else; those of stack `any` carry them anyway */
  readonly carries?: true
}
