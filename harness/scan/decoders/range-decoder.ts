const TOP = 2 ** 24
const PROBABILITY_BITS = 11
const MOVE = 5
const BEGIN_SIZE = 5
/** No symbol of LZMA takes more bytes. */
const LONGEST_SYMBOL = 32

/** An even chance, with which every probability begins. */
const EVEN = 1 << (PROBABILITY_BITS - 1)

/** Probabilities of bits, as LZMA learns them. */
export function probabilities(count: number): Uint16Array {
  return new Uint16Array(count).fill(EVEN)
}

/** The range decoder of LZMA (lzma-specification.txt of the LZMA SDK). After the end of its bytes it reads zeros. */
export class RangeDecoder {
  #bytes: Uint8Array
  /** beyond this place a symbol may go on behind the bytes that are there */
  #low: number
  #at = BEGIN_SIZE
  #range = 0xffff_ffff
  #code: number

  /** @param goesOn more bytes will be appended; the first 5 must be there */
  constructor(bytes: Uint8Array, goesOn = false) {
    this.#bytes = bytes
    this.#low = lowOf(bytes, goesOn)
    this.#code = bytes.subarray(1, BEGIN_SIZE).reduce((code, byte) => code * 256 + byte, 0)
  }

  /** More was read than there is: what came out last is made up. */
  get isPastEnd(): boolean {
    return this.#at > this.#bytes.length
  }

  /** More bytes must be appended before a symbol is read. */
  get isLow(): boolean {
    return this.#at > this.#low
  }

  /** how many of the bytes were not read */
  get unread(): number {
    return Math.max(0, this.#bytes.length - this.#at)
  }

  /** More bytes, which the decoder keeps. */
  append(bytes: Uint8Array, goesOn: boolean): void {
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), bytes])
    this.#at = 0
    this.#low = lowOf(this.#bytes, goesOn)
  }

  bit(table: Uint16Array, index: number): number {
    const probability = table[index] as number
    const bound = (this.#range >>> PROBABILITY_BITS) * probability
    let bit = 0
    if (this.#code < bound) {
      this.#range = bound
      table[index] = probability + (((1 << PROBABILITY_BITS) - probability) >> MOVE)
    } else {
      this.#range -= bound
      this.#code -= bound
      table[index] = probability - (probability >> MOVE)
      bit = 1
    }
    this.#normalize()
    return bit
  }

  /** Bits that are as likely as not. */
  direct(count: number): number {
    let value = 0
    for (let left = count; left > 0; left--) {
      this.#range >>>= 1
      const bit = this.#code >= this.#range ? 1 : 0
      if (bit === 1) this.#code -= this.#range
      value = value * 2 + bit
      this.#normalize()
    }
    return value
  }

  /** A number of `bits` bits, highest first, by a tree of probabilities that begins at `base`. */
  tree(table: Uint16Array, base: number, bits: number): number {
    let node = 1
    for (let left = bits; left > 0; left--) node = (node << 1) | this.bit(table, base + node)
    return node - (1 << bits)
  }

  /** The same, lowest bit first. */
  reverseTree(table: Uint16Array, base: number, bits: number): number {
    let node = 1
    let value = 0
    for (let index = 0; index < bits; index++) {
      const bit = this.bit(table, base + node)
      node = (node << 1) | bit
      value |= bit << index
    }
    return value
  }

  #normalize(): void {
    if (this.#range >= TOP) return
    this.#range = (this.#range << 8) >>> 0
    this.#code = ((this.#code << 8) | (this.#bytes[this.#at] ?? 0)) >>> 0
    this.#at++
  }
}

function lowOf(bytes: Uint8Array, goesOn: boolean): number {
  return goesOn ? bytes.length - LONGEST_SYMBOL : Number.POSITIVE_INFINITY
}
