/** The bytes ended within something that was to be read. */
export class CutShort extends Error {}
const cutShort = new CutShort()

/** Reads bits, the highest of a byte first. */
export class BitReader {
  /** how many bits were read, from the first of the bytes on */
  bit: number
  readonly #bytes: Uint8Array
  readonly #end: number

  constructor(bytes: Uint8Array, bit: number) {
    this.#bytes = bytes
    this.#end = bytes.length * 8
    this.bit = bit
  }

  /** The next bits, at most 32, as a number; throws `CutShort` where there are not so many. */
  take(count: number): number {
    if (this.bit + count > this.#end) throw cutShort
    let value = 0
    for (let left = count; left > 0; ) {
      const used = this.bit & 7
      const taken = Math.min(left, 8 - used)
      const byte = this.#bytes[this.bit >> 3] as number
      value = value * 2 ** taken + ((byte >> (8 - used - taken)) & ((1 << taken) - 1))
      this.bit += taken
      left -= taken
    }
    return value
  }

  /** The next bit; throws `CutShort` where there is none. */
  one(): number {
    const at = this.bit++
    if (at >= this.#end) throw cutShort
    return ((this.#bytes[at >> 3] as number) >> (7 - (at & 7))) & 1
  }
}
