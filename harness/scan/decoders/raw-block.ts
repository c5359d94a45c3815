import type { CopyKinds } from './copy-kinds.ts'
import type { Decoding, Output, ProbingDecoder } from './decoder.ts'
import { History } from './history.ts'

/** Follows a block while it comes, without unpacking it. */
export interface BlockWalk {
  /** bytes that were unpacked up to now */
  readonly unpacked: number
  /** references back that were right up to now, each kind of them once: other bytes hardly have one, or the same again */
  readonly copies: CopyKinds
  /** Goes on to the last whole element. False: the bytes are no such block. */
  advance(bytes: Uint8Array): boolean
  /** Whether the block ends exactly at the end of these bytes. */
  isWhole(bytes: Uint8Array): boolean
}

const MIB = 2 ** 20
const MOST_PACKED = 16 * MIB
const MOST_UNPACKED = 64 * MIB
const FIRST_ROOM = 64 * 1024
const PIECE = 64 * 1024

/** A format without a header that takes the whole stream: it is held until its end decides whether it is one. */
export function rawBlockDecoder(
  name: string,
  walk: () => BlockWalk,
  unpack: (block: Uint8Array, history: History) => boolean,
): ProbingDecoder {
  return {
    name,
    kind: 'compressed',
    period: null,
    isPlausible: () => true,
    open: () => new RawBlock(name, walk(), unpack),
  }
}

class RawBlock implements Decoding {
  damage: string | null = null
  consumed = 0
  readonly #name: string
  readonly #walk: BlockWalk
  readonly #unpack: (block: Uint8Array, history: History) => boolean
  #room = Buffer.alloc(0)
  #length = 0
  #isOpen = true

  constructor(name: string, walk: BlockWalk, unpack: (block: Uint8Array, history: History) => boolean) {
    this.#name = name
    this.#walk = walk
    this.#unpack = unpack
  }

  get isCertain(): boolean {
    return this.#walk.copies.isCertain
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (!this.#isOpen) return false
    this.#hold(bytes)
    const isMuch = this.#length > MOST_PACKED || this.#walk.unpacked > MOST_UNPACKED
    if (isMuch) this.damage = `raw ${this.#name} of more than ${MOST_PACKED} bytes was not unpacked`
    if (isMuch || !this.#walk.advance(this.#held)) this.#close()
    return this.#isOpen
  }

  async end(output: Output): Promise<void> {
    if (this.#isOpen && !this.#walk.copies.isNone && this.#walk.isWhole(this.#held)) {
      const history = new History(this.#walk.unpacked)
      const isWhole = this.#unpack(this.#held, history)
      this.consumed = isWhole ? this.#length : 0
      const unpacked = history.from(0)
      for (let at = 0, isWanted = isWhole; at < unpacked.length && isWanted; at += PIECE)
        isWanted = await output(unpacked.subarray(at, at + PIECE))
    }
    this.#close()
  }

  get #held(): Uint8Array {
    return this.#room.subarray(0, this.#length)
  }

  #hold(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length
    if (needed > this.#room.length) {
      const room = Buffer.alloc(Math.max(FIRST_ROOM, 2 * needed))
      room.set(this.#held)
      this.#room = room
    }
    this.#room.set(bytes, this.#length)
    this.#length = needed
  }

  #close(): void {
    this.#isOpen = false
    this.#room = Buffer.alloc(0)
    this.#length = 0
  }
}
