/** Multiples of 8, as filters want. */
const SMALLEST = 16 * 1024
const LARGEST = 256 * 1024

/** The part of a stream that is in memory: some that was scanned already, and what is still to be scanned. */
export class Window {
  /** bytes that are in the window, from the start of `bytes` on */
  length = 0
  /** how many of them have been scanned */
  scanned = 0
  /** where the window begins in the stream */
  position = 0
  #bytes: Uint8Array<ArrayBuffer>

  /** @param reach bytes on both sides of a place that must fit in together */
  constructor(reach: number) {
    const needed = Math.ceil((4 * reach) / SMALLEST) * SMALLEST
    this.#bytes = new Uint8Array(new ArrayBuffer(Math.max(SMALLEST, needed)))
  }

  /** All the room there is; only the first `length` bytes mean anything. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes
  }

  get isFull(): boolean {
    return this.length === this.#bytes.length
  }

  /** Takes as much as there is room for, and returns how much that was. */
  fill(bytes: Uint8Array): number {
    if (this.length + bytes.length > this.#bytes.length) this.#grow(this.length + bytes.length)
    const taken = Math.min(bytes.length, this.#bytes.length - this.length)
    this.#bytes.set(bytes.subarray(0, taken), this.length)
    this.length += taken
    return taken
  }

  /** Marks what is before `end` as scanned, and forgets all of it but the last `kept` bytes. */
  advance(end: number, kept: number): void {
    const forgotten = Math.max(0, end - kept)
    this.#bytes.copyWithin(0, forgotten, this.length)
    this.length -= forgotten
    this.position += forgotten
    this.scanned = end - forgotten
  }

  #grow(wanted: number): void {
    let size = this.#bytes.length
    while (size < wanted && size < LARGEST) size *= 4
    if (size === this.#bytes.length) return
    const grown = new Uint8Array(new ArrayBuffer(size))
    grown.set(this.#bytes.subarray(0, this.length))
    this.#bytes = grown
  }
}
