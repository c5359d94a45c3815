const SMALLEST = 64 * 1024

/** The last bytes that came out, which a format may refer to, and those of them that are still to be passed on. */
export class SlidingWindow {
  /** how many bytes came out since the last reset */
  total = 0
  readonly #size: number
  #bytes = Buffer.alloc(SMALLEST)
  #length = 0
  #passed = 0

  /** @param size how far back may be referred to; twice as much is held at most */
  constructor(size: number) {
    this.#size = size
  }

  put(byte: number): void {
    if (this.#length === this.#bytes.length) this.#makeRoom(1)
    this.#bytes[this.#length++] = byte
    this.total++
  }

  /** The byte that came so many before, or 0. */
  back(distance: number): number {
    return distance <= this.total ? (this.#bytes[this.#length - distance] ?? 0) : 0
  }

  /** Bytes again that came `distance` before. False: that is out of reach. */
  copy(distance: number, count: number): boolean {
    if (distance > Math.min(this.total, this.#size, this.#length)) return false
    if (this.#length + count > this.#bytes.length) this.#makeRoom(count)
    for (let index = 0; index < count; index++) {
      this.#bytes[this.#length] = this.#bytes[this.#length - distance] as number
      this.#length++
    }
    this.total += count
    return true
  }

  /** Forgets all, but for what is still to be passed on. */
  reset(): void {
    this.total = 0
  }

  /** What was not passed on before: a copy. */
  pass(): Uint8Array {
    const passed = Uint8Array.from(this.#bytes.subarray(this.#passed, this.#length))
    this.#passed = this.#length
    return passed
  }

  #makeRoom(count: number): void {
    const kept = Math.min(this.#length, Math.max(this.#size, this.#length - this.#passed))
    const needed = Math.max(SMALLEST, kept + count)
    const room = needed * 2 <= this.#bytes.length ? this.#bytes : Buffer.alloc(needed * 2)
    this.#bytes.copy(room, 0, this.#length - kept, this.#length)
    this.#bytes = room
    this.#passed -= this.#length - kept
    this.#length = kept
  }
}
