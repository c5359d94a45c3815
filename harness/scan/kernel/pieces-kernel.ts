import { compile, emptyMemory, instantiate, PAGE } from './web-assembly.ts'

/** Bytes that are read at once. */
export const BLOCK = 64 * 1024
/** What may be read before the bytes of a block, and behind them. */
const MARGIN = 64
/** A needle of fewer bytes is not known by its parts. */
const SHORTEST = 11
/** Different bytes in a run of zeros, under any encoding. */
const MOST_OF_ZEROS = 4
/** What is kept for texts at once, below what a signed address can say; whoever finds no room left is told so. */
const MOST_BYTES = 2 ** 31 - 2 ** 24
const ALIGNMENT = 16
/** What the code itself takes of the memory, at least. */
const STATIC_PAGES = 8
/** Needles are so many that there is no room to say where they stand. */
const EVERYWHERE = -1

/** How much is known of a text at once. */
export interface Size {
  /** sets of eight texts of fields, as a power of 2 */
  readonly sets: number
  /** what was read last, as a power of 2, in bytes */
  readonly arena: number
  /** fields of ids, a power of 2 */
  readonly idFields: number
}

/** Takes what is to be scanned of a text. Addresses are in `PiecesKernel.bytes`, and valid until it returns. */
export interface PiecesHost {
  /**
   * A part of a text that is joined.
   * @param stream tells texts apart @param record where its record or line begins in the layer @param offset where it
   * begins itself @param flags as in `pieces-flags.ts`
   */
  take(stream: number, record: number, offset: number, address: number, length: number, flags: number): void
  /** A line that may be one of a dump. */
  dump(address: number, length: number, offset: number): void
  /** A text was not joined to its end: a field came back after too many others. */
  loseField(): void
  /** A part of a needle lies over two pieces, and what came before is gone. */
  losePieces(): void
}

interface Imports extends Omit<PiecesHost, 'losePieces'> {
  losePieces(seam: number, before: number, after: number): void
}

interface Exports {
  readonly mostEvents: { readonly value: number }
  begin(): number
  addNeedle(address: number, length: number): void
  stateBytes(sets: number, arena: number, idFields: number): number
  layState(state: number, sets: number, arena: number, ids: number, turn: number, takesAll: number, nests: number): void
  eventsOf(state: number): number
  read(state: number, from: number, to: number, base: number, eventCount: number): void
  cut(state: number): void
}

/** Compiled once, shared by all machines. */
const code = compile('./pieces.wasm')
const nobody: PiecesHost = { take: () => {}, dump: () => {}, loseField: () => {}, losePieces: () => {} }

/**
 * The code that reads texts whose pieces belong together, with a memory of its own. It gives its host what may hold a
 * needle once it is joined, and keeps the rest to itself.
 */
export class PiecesKernel {
  readonly #memory = emptyMemory()
  readonly #exports: Exports
  readonly #block: number
  /** needles are too short to be known by their parts */
  readonly #isBlind: boolean
  /** rooms of states that ended, by their size */
  readonly #free = new Map<Size, number[]>()
  readonly #needles: readonly Buffer[]
  #host = nobody
  #used = 0
  #generation = 0
  #bytes = new Uint8Array(0)

  constructor(needles: readonly Uint8Array[]) {
    const host: Imports = {
      take: (...part) => this.#host.take(...part),
      dump: (...line) => this.#host.dump(...line),
      loseField: () => this.#host.loseField(),
      losePieces: (seam, before, after) => {
        if (this.#isOfNeedle(this.bytes.subarray(seam, seam + before + after), before)) this.#host.losePieces()
      },
    }
    this.#memory.grow(STATIC_PAGES)
    this.#exports = instantiate(code, { env: { memory: this.#memory }, host }) as Exports
    this.#used = this.#exports.begin()
    this.#block = this.#allocate(MARGIN + BLOCK + MARGIN) + MARGIN
    this.#isBlind = needles.some(({ length }) => length < SHORTEST)
    for (const needle of needles) this.#add(needle)
    this.#needles = needles.map(needle => Buffer.from(needle))
  }

  /** The memory as it is now: valid until another state is laid. */
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.#memory.buffer) this.#bytes = new Uint8Array(this.#memory.buffer)
    return this.#bytes
  }

  /**
   * Lays a state for the reading of one text. Returns its address, or null where there are too many at once.
   * @param size the same object for all of one size
   * @param takesAll the host is given everything
   * @param nests records are looked for in texts of records
   */
  lay(size: Size, takesAll: boolean, nests: boolean): number | null {
    const { sets, arena, idFields } = size
    const bytes = this.#exports.stateBytes(sets, arena, idFields)
    const free = this.#free.get(size)?.pop()
    if (free === undefined && this.#used + bytes > MOST_BYTES) return null
    const state = free ?? this.#allocate(bytes)
    const isAll = Number(takesAll || this.#isBlind)
    this.#exports.layState(state, sets, arena, idFields, ++this.#generation, isAll, Number(nests))
    return state
  }

  giveBack(size: Size, state: number): void {
    const free = this.#free.get(size)
    if (free === undefined) this.#free.set(size, [state])
    else free.push(state)
  }

  /** Brings bytes to where they are read. Returns the address of the first. @param bytes at most `BLOCK` */
  load(bytes: Uint8Array): number {
    this.bytes.set(bytes, this.#block)
    return this.#block
  }

  /**
   * Reads bytes that were loaded.
   * @param base what an address in them lacks to be a place in the layer
   * @param events addresses where needles stand, in order
   */
  read(state: number, host: PiecesHost, from: number, to: number, base: number, events: readonly number[]): void {
    const { eventsOf, mostEvents, read } = this.#exports
    const isRoom = events.length <= mostEvents.value
    if (events.length > 0 && isRoom) new Uint32Array(this.#memory.buffer, eventsOf(state), events.length).set(events)
    this.#host = host
    read(state, from, to, base, isRoom ? events.length : EVERYWHERE)
    this.#host = nobody
  }

  /** What follows does not belong to what came before. */
  cut(state: number, host: PiecesHost): void {
    this.#host = host
    this.#exports.cut(state)
    this.#host = nobody
  }

  /** What the kernel takes for parts of needles often is none: here it is looked up. @param cut how many bytes lie before it */
  #isOfNeedle(bytes: Uint8Array, cut: number): boolean {
    const seam = Buffer.from(bytes)
    for (let at = cut - SHORTEST + 1; at < cut && at + SHORTEST <= seam.length; at++) {
      const over = seam.subarray(at, at + SHORTEST)
      // Runs of zeros tell nothing, as `0x00, 0x00`: where a needle has some, what is beside them lies over a cut, too.
      if (new Set(over).size <= MOST_OF_ZEROS) continue
      if (this.#needles.some(needle => needle.includes(over))) return true
    }
    return false
  }

  #add(needle: Uint8Array): void {
    for (let at = 0; at < needle.length; at += BLOCK - SHORTEST) {
      const part = needle.subarray(at, at + BLOCK)
      this.#exports.addNeedle(this.load(part), part.length)
    }
  }

  #allocate(bytes: number): number {
    const address = Math.ceil(this.#used / ALIGNMENT) * ALIGNMENT
    this.#used = address + bytes
    const missing = Math.ceil((this.#used + MARGIN) / PAGE) - this.#memory.buffer.byteLength / PAGE
    if (missing > 0) this.#memory.grow(missing)
    return address
  }
}
