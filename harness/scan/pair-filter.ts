import type { Filter, Match, Range, Sample } from './filter.ts'
import { confirm, inOrder, pickSamples } from './filter.ts'

const PAIR = 2
const WORD = 4
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
  readonly #samples: ReadonlyMap<number, readonly Sample[]>
  readonly #table = new Uint8Array(2 ** 16)

  /** @param needles each of at least 3 bytes */
  constructor(needles: readonly Uint8Array[]) {
    this.#needles = needles
    this.longest = Math.max(...needles.map(needle => needle.length))
    this.#samples = pickSamples(needles, PAIR, PAIR, pairAt, cost)
    for (const pair of this.#samples.keys()) this.#table[pair] = 1
  }

  find(bytes: Uint8Array<ArrayBuffer>, from: number, to: number, end: number): Match[] {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / WORD)
    const table = this.#table
    const matches: Match[] = []
    const last = Math.min(Math.ceil(Math.min(end, to + this.longest) / WORD), words.length - 1)
    // Two words at a time, with one branch: this loop is the speed of the whole scan.
    for (let index = Math.floor(from / WORD); index < last; index += 2) {
      const one = words[index] as number
      const other = words[index + 1] as number
      const seen =
        (table[one & 0xffff] as number) |
        (table[one >>> 16] as number) |
        (table[other & 0xffff] as number) |
        (table[other >>> 16] as number)
      if (seen !== 0) this.#lookCloser(matches, bytes, index * WORD, { from, to, end })
    }
    return inOrder(matches)
  }

  #lookCloser(matches: Match[], bytes: Uint8Array, position: number, range: Range): void {
    for (let at = position; at < position + 2 * WORD; at += PAIR) {
      const samples = this.#samples.get(pairAt(bytes, at))
      if (samples !== undefined) confirm(matches, samples, this.#needles, bytes, at, range)
    }
  }
}
