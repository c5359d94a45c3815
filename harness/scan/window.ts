import type { WindowPool } from './kernel/window-pool.ts'

/** Sizes of a window that is not in the filter's memory. */
const SMALLEST = 16 * 1024
const LARGEST = 256 * 1024

/** How large a window must be to see so many bytes on both sides of a place. */
export function windowSize(reach: number): number {
  return Math.max(LARGEST, Math.ceil((4 * reach) / SMALLEST) * SMALLEST)
}

/** The part of a stream that is in memory: some that was scanned already, and what is still to be scanned. */
export class Window {
  /** bytes that are in the window, from the start of `bytes` on */
  length = 0
  /** how many of them have been scanned */
  scanned = 0
  /** where the window begins in the stream */
  position = 0
  readonly #largest: number
  readonly #pool: WindowPool
  #bytes: Uint8Array<ArrayBuffer>

  /**
   * @param reach bytes on both sides of a place that must fit in together
   * @param pool of rooms of `windowSize(reach)`
   */
  constructor(reach: number, pool: WindowPool) {
    this.#largest = windowSize(reach)
    this.#pool = pool
    this.#bytes = pool.take(this) ?? new Uint8Array(new ArrayBuffer(SMALLEST))
  }

  /** All the room there is; only the first `length` bytes mean anything. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes
  }

  get isFull(): boolean {
    return this.length === this.#largest
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

  /** Gives the room back. The window is not used any more. */
  close(): void {
    this.#pool.giveBack(this, this.#bytes)
    this.#bytes = new Uint8Array(new ArrayBuffer(0))
    this.length = 0
  }

  #grow(wanted: number): void {
    let size = this.#bytes.length
    while (size < wanted && size < this.#largest) size = Math.min(4 * size, this.#largest)
    if (size === this.#bytes.length) return
    const grown = new Uint8Array(new ArrayBuffer(size))
    grown.set(this.#bytes.subarray(0, this.length))
    this.#bytes = grown
  }
}
