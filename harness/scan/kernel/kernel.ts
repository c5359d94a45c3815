import { compile, emptyMemory, instantiate, PAGE } from './web-assembly.ts'

/** Every address is a multiple of it: no word lies across two cache lines. */
const ALIGNMENT = 8
/** What a search may read behind the bytes that it is given. */
const MARGIN = 16

/** Sums over bytes in the memory of a kernel; what is passed are addresses in it. */
export interface Checksums {
  begin(lanes: number): void
  /** takes whole stripes */
  stripes(lanes: number, bytes: number, end: number): void
  /** takes the rest; `total` bytes there were in all */
  digest(lanes: number, bytes: number, end: number, total: number): number
}

interface Exports {
  hash(low: number, high: number): number
  find(table: number, search: number): void
  readonly begin32: Checksums['begin']
  readonly begin64: Checksums['begin']
  readonly stripes32: Checksums['stripes']
  readonly stripes64: Checksums['stripes']
  readonly digest32: Checksums['digest']
  readonly digest64: Checksums['digest']
}

/** Compiled once, shared by all machines. */
const code = compile('./kernel.wasm')

/**
 * The code that searches bytes, with a memory of its own: tables first, then the bytes that are searched. All of it is
 * allocated before the first search and never grows, so views of it stay valid; pages that nobody touches cost nothing.
 */
export class Kernel {
  readonly #memory = emptyMemory()
  readonly #exports: Exports
  #used = 0

  constructor() {
    this.#exports = instantiate(code, { env: { memory: this.#memory } }) as Exports
  }

  /** The memory as it is now: a view of it is valid until the next `allocate`. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer
  }

  /** Sets aside zeroed bytes, with some more behind them that may be read. Returns their address. */
  allocate(bytes: number): number {
    const address = this.#used
    this.#used += Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
    const missing = Math.ceil((this.#used + MARGIN) / PAGE) - this.buffer.byteLength / PAGE
    if (missing > 0) this.#memory.grow(missing)
    return address
  }

  /** 32 bits of hash of a value of up to 64 bits, given in two halves. */
  hash(low: number, high: number): number {
    return this.#exports.hash(low, high) >>> 0
  }

  /** @param table address of a `Table` @param search address of a `Search` */
  find(table: number, search: number): void {
    this.#exports.find(table, search)
  }

  /** Sums of xxHash: of 32 bits, or the lower half of those of 64. */
  checksums(bits: 32 | 64): Checksums {
    const { begin32, begin64, stripes32, stripes64, digest32, digest64 } = this.#exports
    if (bits === 32) return { begin: begin32, stripes: stripes32, digest: digest32 }
    return { begin: begin64, stripes: stripes64, digest: digest64 }
  }
}
