import { GRAM, isSameGram } from './gram.ts'

/** Of the hashes that the table is asked with. */
export const TABLE_SEED = 0x2545f491
const SIEVE_BITS_A_GRAM = 8
const FEWEST_SLOTS = 2 ** 10

/** A gram that stands in more places is in everybody's mouth. */
const MOST_PLACES = 8

/** Finds where in an arena of bytes a gram stands. An open hash table of places, linearly probed, behind a sieve of bits. */
export class GramTable {
  readonly #arena: Uint8Array
  readonly #slots: Int32Array
  readonly #slotMask: number
  readonly #sieve: Uint32Array
  readonly #sieveMask: number

  /** @param most grams that will be added */
  constructor(arena: Uint8Array, most: number) {
    this.#arena = arena
    const slots = 2 ** Math.ceil(Math.log2(Math.max(FEWEST_SLOTS, 2 * most)))
    this.#slots = new Int32Array(slots)
    this.#slotMask = slots - 1
    this.#sieve = new Uint32Array((slots * SIEVE_BITS_A_GRAM) / 64)
    this.#sieveMask = (slots * SIEVE_BITS_A_GRAM) / 2 - 1
  }

  /** Adds the gram at this place of the arena, unless `others`, where it stands already, are many. */
  add(place: number, hash: number, others: readonly number[]): void {
    if (others.length >= MOST_PLACES) return
    let slot = hash & this.#slotMask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#slotMask
    this.#slots[slot] = place + 1
    const bit = hash & this.#sieveMask
    this.#sieve[bit >>> 5] = (this.#sieve[bit >>> 5] ?? 0) | (1 << (bit & 31))
  }

  /** Whether a gram with this hash, under `TABLE_SEED`, may be there. Nearly always right, and fast. */
  mayHold(hash: number): boolean {
    const bit = hash & this.#sieveMask
    return (((this.#sieve[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1
  }

  /** Where the gram that begins at `at` in any bytes, with this hash, stands in the arena. */
  places(hash: number, bytes: Uint8Array, at: number): readonly number[] {
    if (!this.mayHold(hash)) return NONE
    const places: number[] = []
    for (let slot = hash & this.#slotMask; ; slot = (slot + 1) & this.#slotMask) {
      const place = (this.#slots[slot] ?? 0) - 1
      if (place < 0) return places
      if (isSameGram(this.#arena, place, bytes, at)) places.push(place)
    }
  }
}

const NONE: readonly number[] = []

/** Grams that begin in so many bytes. */
export function gramsIn(bytes: number): number {
  return Math.max(0, bytes - GRAM + 1)
}
