import type { Filter, Match, Range, Sample } from './filter.ts'
import { confirm, inOrder, pickSamples } from './filter.ts'

const PAIR = 2
const WORD = 4
const PAIRS_AT_ONCE = 4
/** Bytes that are frequent in ordinary files: pairs with them are picked only when there is no other. */
const frequent = new Set([0, ...Buffer.from(' 0\\u%A"')])

const scratch = new Uint16Array(1)
const scratchBytes = new Uint8Array(scratch.buffer)

/** A pair as a typed array reads it, whatever the machine's byte order. */
function pairAt(bytes: Uint8Array, offset: number): number {
  scratchBytes.set(bytes.subarray(offset, offset + PAIR))
  return scratch[0] ?? 0
}

const cost = (pair: number): number => [pair & 0xff, pair >>> 8].filter(byte => frequent.has(byte)).length * 1000

/** Finds short needles: reads every pair of bytes, and looks closer where a table has it. */
export class PairFilter implements Filter {
  readonly longest: number
  readonly #needles: readonly Uint8Array[]
  /** by pair: 0, or the place of its samples in `lists` */
  readonly #table = new Uint16Array(2 ** 16)
  readonly #lists: (readonly Sample[])[] = [[]]

  /** @param needles each of at least 3 bytes */
  constructor(needles: readonly Uint8Array[]) {
    this.#needles = needles
    this.longest = Math.max(...needles.map(needle => needle.length))
    for (const [pair, samples] of pickSamples(needles, PAIR, PAIR, pairAt, cost)) {
      this.#table[pair] = this.#lists.push(samples) - 1
    }
  }

  find(bytes: Uint8Array<ArrayBuffer>, from: number, to: number, end: number): Match[] {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / WORD)
    const pairs = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / PAIR)
    const table = this.#table
    const matches: Match[] = []
    const last = Math.min(Math.ceil(Math.min(end, to + this.longest) / WORD), words.length - 1)
    const range = { from, to, end }
    // Two words at a time, with one branch: this loop is the speed of the whole scan.
    for (let index = Math.floor(from / (2 * WORD)) * 2; index < last; index += 2) {
      const one = words[index] as number
      const other = words[index + 1] as number
      const seen =
        (table[one & 0xffff] as number) |
        (table[one >>> 16] as number) |
        (table[other & 0xffff] as number) |
        (table[other >>> 16] as number)
      if (seen !== 0) this.#lookCloser(matches, bytes, pairs, (index * WORD) / PAIR, range)
    }
    return inOrder(matches)
  }

  #lookCloser(matches: Match[], bytes: Uint8Array, pairs: Uint16Array, first: number, range: Range): void {
    for (let index = first; index < first + PAIRS_AT_ONCE; index++) {
      const list = this.#table[pairs[index] as number] as number
      if (list !== 0) confirm(matches, this.#lists[list] ?? [], this.#needles, bytes, index * PAIR, range)
    }
  }
}
