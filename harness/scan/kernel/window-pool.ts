import type { Kernel } from './kernel.ts'

/** Windows at once: many streams with some containers each. Whoever finds none left keeps its bytes elsewhere. */
const MOST_WINDOWS = 128

/** Rooms of one size in the memory of a kernel: what stands in one is searched without being copied. */
export class WindowPool {
  readonly #kernel: Kernel
  readonly #size: number
  readonly #first: number
  readonly #free = Array.from({ length: MOST_WINDOWS }, (_, index) => MOST_WINDOWS - 1 - index)
  /** Streams that are given up half-way, such as of a file that vanished, give nothing back themselves. */
  readonly #abandoned = new FinalizationRegistry<number>(index => this.#free.push(index))

  /** @param size bytes of each room, a multiple of 8. The last thing that is allocated in this kernel. */
  constructor(kernel: Kernel, size: number) {
    this.#kernel = kernel
    this.#size = size
    this.#first = kernel.allocate(MOST_WINDOWS * size)
  }

  /** A room that nobody else has, with bytes that mean nothing, until `giveBack`; or null when there is none left. */
  take(holder: object): Uint8Array<ArrayBuffer> | null {
    const index = this.#free.pop()
    if (index === undefined) return null
    this.#abandoned.register(holder, index, holder)
    return new Uint8Array(this.#kernel.buffer, this.#first + index * this.#size, this.#size)
  }

  /** @param room that this holder took, and does not use any more */
  giveBack(holder: object, room: Uint8Array): void {
    if (this.#abandoned.unregister(holder)) this.#free.push((room.byteOffset - this.#first) / this.#size)
  }
}
