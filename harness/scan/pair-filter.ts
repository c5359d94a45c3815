import type { Filter, Match, Sample } from './filter.ts'
import { confirm, inOrder, pickSamples } from './filter.ts'

const PAIR = 2
/** Bytes that are frequent in ordinary files: pairs with them are picked only when there is no other. */
const frequent = new Set([0, ...Buffer.from(' 0\\u%A"')])

/** A pair as a typed array reads it, whatever the machine's byte order. */
function pairAt(bytes: Uint8Array, offset: number): number {
  const pair = new Uint16Array(1)
  new Uint8Array(pair.buffer).set(bytes.subarray(offset, offset + PAIR))
  return pair[0] ?? 0
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
    const pairs = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / PAIR)
    const table = this.#table
    const matches: Match[] = []
    const last = Math.min(Math.floor(end / PAIR), pairs.length)
    for (let index = from >>> 1; index < last; index++) {
      const pair = pairs[index] as number
      if (table[pair] === 0) continue
      const samples = this.#samples.get(pair) ?? []
      confirm(matches, samples, this.#needles, bytes, index * PAIR, { from, to, end })
    }
    return inOrder(matches)
  }
}
