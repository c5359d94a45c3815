import { readFileSync } from 'node:fs'

const PAGE = 2 ** 16
/** Every address is a multiple of it: no word lies across two cache lines. */
const ALIGNMENT = 8
/** What a search may read behind the bytes that it is given. */
const MARGIN = 16

interface Exports {
  hash(low: number, high: number): number
  find(table: number, search: number): void
}

/** The part of the JavaScript API of WebAssembly that is used here: the types of Node have none. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number }
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
}

/** Compiled once, shared by all machines. Built from `assembly/` by `npm run build:kernel`. */
const code = new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)))

/**
 * The code that searches bytes, with a memory of its own: tables first, then the bytes that are searched. All of it is
 * allocated before the first search and never grows, so views of it stay valid; pages that nobody touches cost nothing.
 */
export class Kernel {
  readonly #memory = new WebAssembly.Memory({ initial: 0 })
  readonly #exports: Exports
  #used = 0

  constructor() {
    const { exports } = new WebAssembly.Instance(code, { env: { memory: this.#memory } })
    this.#exports = exports as Exports
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
}
