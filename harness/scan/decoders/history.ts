/** Memory is taken for so much at first, and then for twice as much as came: how much may come is only claimed. */
const FIRST_ROOM = 64 * 1024

/** What a format with back-references has unpacked: at most so many bytes as it has room for. */
export class History {
  length = 0
  readonly #most: number
  #bytes: Buffer

  /** @param before what came before, which may be referred to */
  constructor(room: number, before: Uint8Array = new Uint8Array(0)) {
    this.#most = before.length + room
    this.#bytes = Buffer.allocUnsafe(before.length + Math.min(room, FIRST_ROOM))
    this.#bytes.set(before)
    this.length = before.length
  }

  /** Bytes as they stand. False: there is no room for all of them, or they are not all there. */
  literals(source: Uint8Array, from: number, count: number): boolean {
    const taken = Math.min(count, source.length - from, this.#most - this.length)
    this.#makeRoom(taken)
    if (taken > 0) this.#bytes.set(source.subarray(from, from + taken), this.length)
    this.length += Math.max(0, taken)
    return taken === count
  }

  /** Bytes again that came `distance` before; the two may overlap. False: that is before the beginning, or no room. */
  copy(distance: number, count: number): boolean {
    if (distance < 1 || distance > this.length) return false
    const taken = Math.min(count, this.#most - this.length)
    this.#makeRoom(taken)
    for (let done = 0; done < taken; ) {
      const step = Math.min(taken - done, distance + done)
      this.#bytes.copyWithin(this.length + done, this.length - distance, this.length - distance + step)
      done += step
    }
    this.length += taken
    return taken === count
  }

  /** A view of what was unpacked, from `from` on. */
  from(from: number): Buffer {
    return this.#bytes.subarray(from, this.length)
  }

  #makeRoom(count: number): void {
    const needed = this.length + count
    if (needed <= this.#bytes.length) return
    const room = Buffer.allocUnsafe(Math.min(this.#most, 2 * needed))
    room.set(this.#bytes.subarray(0, this.length))
    this.#bytes = room
  }
}
