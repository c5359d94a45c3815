import type { RangeDecoder } from './range-decoder.ts'
import { probabilities } from './range-decoder.ts'
import type { SlidingWindow } from './sliding-window.ts'

const STATES = 12
const MOST_POSITIONS = 16
const SHORTEST = 2
const FIRST_STATE_AFTER_MATCH = 7
const LITERAL_SIZE = 0x300
const LENGTH_STATES = 4
const SLOT_BITS = 6
const ALIGN_BITS = 4
const FIRST_ALIGNED_SLOT = 14
const END_MARKER = 0xffff_ffff

/** How long a match is, as LZMA codes it: one of 8 short, 8 middle or 256 long lengths. */
class LengthCoder {
  readonly #choice = probabilities(2)
  readonly #low = probabilities(MOST_POSITIONS << 3)
  readonly #middle = probabilities(MOST_POSITIONS << 3)
  readonly #high = probabilities(256)

  read(range: RangeDecoder, position: number): number {
    if (range.bit(this.#choice, 0) === 0) return range.tree(this.#low, position << 3, 3)
    if (range.bit(this.#choice, 1) === 0) return 8 + range.tree(this.#middle, position << 3, 3)
    return 16 + range.tree(this.#high, 0, 8)
  }
}

/** The settings of a stream of LZMA: how much of the context decides. */
interface Properties {
  readonly lc: number
  readonly lp: number
  readonly pb: number
}

/** Reads the byte of properties, or null when it is none. LZMA2 allows `lc` and `lp` to be 4 together, LZMA 12. */
export function propertiesOf(byte: number, together: number): Properties | null {
  const [lc, lp, pb] = [byte % 9, Math.floor(byte / 9) % 5, Math.floor(byte / 45)]
  return pb > 4 || lc + lp > together ? null : { lc, lp, pb }
}

/** What LZMA (lzma-specification.txt of the LZMA SDK) has learnt, from one reset of its state to the next. */
export class LzmaState {
  readonly #lc: number
  readonly #literalMask: number
  readonly #positionMask: number
  readonly #literals: Uint16Array
  readonly #isMatch = probabilities(STATES * MOST_POSITIONS)
  readonly #isRepeat = probabilities(STATES)
  readonly #isRepeat0 = probabilities(STATES)
  readonly #isRepeat1 = probabilities(STATES)
  readonly #isRepeat2 = probabilities(STATES)
  readonly #isLong = probabilities(STATES * MOST_POSITIONS)
  readonly #slots = probabilities(LENGTH_STATES << SLOT_BITS)
  readonly #distances = probabilities(128)
  readonly #align = probabilities(1 << ALIGN_BITS)
  readonly #matchLength = new LengthCoder()
  readonly #repeatLength = new LengthCoder()
  readonly #repeats: [number, number, number, number] = [0, 0, 0, 0]
  #state = 0
  /** the marker was read that ends a stream whose size is not known */
  isEnded = false

  constructor({ lc, lp, pb }: Properties) {
    this.#lc = lc
    this.#literalMask = (1 << lp) - 1
    this.#positionMask = (1 << pb) - 1
    this.#literals = probabilities(LITERAL_SIZE << (lc + lp))
  }

  /**
   * Unpacks at least `enough` bytes into the window and at most `most`, or fewer where more packed ones must be appended
   * first. Returns how many, or -1 where the data are damaged or cut, or ended by a marker (`isEnded`); what came before
   * that is in the window.
   */
  unpack(range: RangeDecoder, window: SlidingWindow, enough: number, most: number): number {
    let left = most
    while (left > most - enough && !range.isLow) {
      const position = window.total & this.#positionMask
      const index = this.#state * MOST_POSITIONS + position
      if (range.bit(this.#isMatch, index) === 0) {
        this.#literal(range, window)
        left--
      } else {
        const length = this.#match(range, position, index)
        if (length > left || !window.copy(this.#repeats[0] + 1, length)) return -1
        left -= length
      }
      if (range.isPastEnd) return -1
    }
    return most - left
  }

  #literal(range: RangeDecoder, window: SlidingWindow): void {
    const context = ((window.total & this.#literalMask) << this.#lc) | (window.back(1) >> (8 - this.#lc))
    const base = LITERAL_SIZE * context
    let symbol = 1
    if (this.#state >= FIRST_STATE_AFTER_MATCH) {
      let expected = window.back(this.#repeats[0] + 1)
      for (let isSame = true; isSame && symbol < 0x100; expected <<= 1) {
        const expectedBit = (expected >> 7) & 1
        const bit = range.bit(this.#literals, base + ((1 + expectedBit) << 8) + symbol)
        symbol = (symbol << 1) | bit
        isSame = bit === expectedBit
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(this.#literals, base + symbol)
    window.put(symbol & 0xff)
    this.#state = this.#state < 4 ? 0 : this.#state - (this.#state < 10 ? 3 : 6)
  }

  /** Reads a match: its length; its distance is then the first of the repeats. */
  #match(range: RangeDecoder, position: number, index: number): number {
    const isAfterLiteral = this.#state < FIRST_STATE_AFTER_MATCH
    if (range.bit(this.#isRepeat, this.#state) === 0) {
      const length = this.#matchLength.read(range, position)
      const distance = this.#distance(range, length)
      this.#repeats.copyWithin(1, 0, 3)
      this.#repeats[0] = distance
      this.#state = isAfterLiteral ? 7 : 10
      this.isEnded = distance === END_MARKER
      return this.isEnded ? Number.POSITIVE_INFINITY : length + SHORTEST
    }
    if (range.bit(this.#isRepeat0, this.#state) === 0) {
      if (range.bit(this.#isLong, index) === 0) {
        this.#state = isAfterLiteral ? 9 : 11
        return 1
      }
    } else this.#repeat(range)
    this.#state = isAfterLiteral ? 8 : 11
    return this.#repeatLength.read(range, position) + SHORTEST
  }

  /** Brings one of the older distances to the front. */
  #repeat(range: RangeDecoder): void {
    const older = range.bit(this.#isRepeat1, this.#state) === 0 ? 1 : 2 + range.bit(this.#isRepeat2, this.#state)
    const distance = this.#repeats[older] as number
    this.#repeats.copyWithin(1, 0, older)
    this.#repeats[0] = distance
  }

  #distance(range: RangeDecoder, length: number): number {
    const slot = range.tree(this.#slots, Math.min(length, LENGTH_STATES - 1) << SLOT_BITS, SLOT_BITS)
    if (slot < 4) return slot
    const bits = (slot >> 1) - 1
    const base = (2 | (slot & 1)) * 2 ** bits
    if (slot < FIRST_ALIGNED_SLOT) return base + range.reverseTree(this.#distances, base - slot, bits)
    return base + range.direct(bits - ALIGN_BITS) * 2 ** ALIGN_BITS + range.reverseTree(this.#align, 0, ALIGN_BITS)
  }
}
