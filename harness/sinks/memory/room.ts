import { freemem } from 'node:os'

const SEGMENT = 32 * 2 ** 20
/** Copies of a deployment's memory take no more than this, and no more than half of what the machine has left. */
const MOST = 2 * 2 ** 30

/** Room for copies of memory, made when it is first needed and used again for each image. */
export class Room {
  readonly #most: number
  readonly #segments: Buffer[] = []
  #segment = 0
  #used = 0

  constructor(most = Math.min(MOST, freemem() / 2)) {
    this.#most = Math.max(1, Math.floor(most / SEGMENT))
  }

  get isFull(): boolean {
    return this.#segment >= this.#most
  }

  /** Makes room for so many bytes, as far as there may be, so that nothing waits for it later. */
  prepare(bytes: number): void {
    const wanted = Math.min(this.#most, Math.ceil(bytes / SEGMENT))
    while (this.#segments.length < wanted) this.#segments.push(Buffer.allocUnsafeSlow(SEGMENT).fill(0))
  }

  /** Room for some of so many bytes, one page at least. Whoever takes more when it is full gets what was given first. */
  take(bytes: number): Buffer {
    if (this.isFull) this.clear()
    this.#segments[this.#segment] ??= Buffer.allocUnsafeSlow(SEGMENT)
    const segment = this.#segments[this.#segment] ?? Buffer.alloc(0)
    const taken = segment.subarray(this.#used, this.#used + bytes)
    this.#used += taken.length
    if (this.#used === segment.length) {
      this.#segment += 1
      this.#used = 0
    }
    return taken
  }

  /** Gives the room back at once: such buffers alone never move the garbage collector to do so. */
  release(): void {
    this.clear()
    for (const { buffer } of this.#segments.splice(0)) if (buffer instanceof ArrayBuffer) buffer.transfer(0)
  }

  /** What was copied is not needed any more. */
  clear(): void {
    this.#segment = 0
    this.#used = 0
  }
}
