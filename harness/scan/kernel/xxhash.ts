import type { Checksums } from './kernel.ts'
import { Kernel } from './kernel.ts'

const PIECE = 2 ** 16
const MOST_LANES = 32

/** One memory for all sums of this thread: each keeps its lanes outside of it. */
const kernel = new Kernel()
const lanes = kernel.allocate(MOST_LANES)
const piece = kernel.allocate(PIECE)

/** A sum of the xxHash family with seed 0, over bytes that are taken as they come. */
export class XxHash {
  readonly #sums: Checksums
  readonly #stripe: number
  readonly #lanes: Uint8Array
  /** bytes after the last whole stripe */
  readonly #rest: Uint8Array
  #total = 0

  /** @param bits 32: XXH32; 64: the lower half of XXH64 */
  constructor(bits: 32 | 64) {
    this.#sums = kernel.checksums(bits)
    this.#stripe = bits / 2
    this.#lanes = new Uint8Array(this.#stripe)
    this.#rest = new Uint8Array(this.#stripe)
    this.#sums.begin(lanes)
    this.#lanes.set(memory(lanes, this.#stripe))
  }

  update(bytes: Uint8Array): void {
    memory(lanes, this.#stripe).set(this.#lanes)
    for (let at = 0; at < bytes.length; ) at += this.#take(bytes.subarray(at))
    this.#lanes.set(memory(lanes, this.#stripe))
  }

  /** The sum of all bytes up to now; more may come. */
  digest(): number {
    memory(lanes, this.#stripe).set(this.#lanes)
    const held = this.#total % this.#stripe
    memory(piece, held).set(this.#rest.subarray(0, held))
    return this.#sums.digest(lanes, piece, piece + held, this.#total) >>> 0
  }

  /** Takes what fits into the kernel's memory behind what is left of the last stripe. */
  #take(bytes: Uint8Array): number {
    const held = this.#total % this.#stripe
    const taken = Math.min(bytes.length, PIECE - held)
    const end = held + taken
    const rest = end % this.#stripe
    memory(piece, held).set(this.#rest.subarray(0, held))
    memory(piece + held, taken).set(bytes.subarray(0, taken))
    this.#sums.stripes(lanes, piece, piece + end - rest)
    this.#rest.set(memory(piece + end - rest, rest))
    this.#total += taken
    return taken
  }
}

function memory(address: number, length: number): Uint8Array {
  return new Uint8Array(kernel.buffer, address, length)
}
