import type { Filter, Match } from './filter.ts'
import { confirm, inOrder, pickSamples } from './filter.ts'

const WORD = 4
const STRIDE = 8
const HASH_BITS = 18
const MULTIPLIER = 0x9e3779b1

const hashOf = (word: number): number => Math.imul(word, MULTIPLIER) >>> (32 - HASH_BITS)

const scratch = new Uint32Array(1)
const scratchBytes = new Uint8Array(scratch.buffer)

/** A word as a typed array reads it, whatever the machine's byte order. */
function wordAt(bytes: Uint8Array, offset: number): number {
  scratchBytes.set(bytes.subarray(offset, offset + WORD))
  return scratch[0] ?? 0
}

/**
 * Finds long needles: reads one word every 8 bytes, and looks closer where a bitmap of the words of all needles has its
 * hash. A needle of 11 bytes or more has one of its words at such a place wherever it stands.
 */
export class WordFilter implements Filter {
  readonly longest: number
  readonly #needles: readonly Uint8Array[]
  readonly #samples: ReturnType<typeof pickSamples>
  readonly #bitmap = new Uint32Array(2 ** HASH_BITS / 32)

  /** @param needles each of at least 11 bytes */
  constructor(needles: readonly Uint8Array[]) {
    this.#needles = needles
    this.longest = Math.max(...needles.map(needle => needle.length))
    this.#samples = pickSamples(needles, STRIDE, WORD, wordAt)
    for (const word of this.#samples.keys()) this.#mark(hashOf(word))
  }

  find(bytes: Uint8Array<ArrayBuffer>, from: number, to: number, end: number): Match[] {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / WORD)
    const bitmap = this.#bitmap
    const matches: Match[] = []
    const step = STRIDE / WORD
    const last = Math.min(Math.floor(Math.min(end, to + this.longest) / WORD), words.length)
    for (let index = Math.floor(from / STRIDE) * step; index < last; index += step) {
      const word = words[index] as number
      const hash = hashOf(word)
      if (((bitmap[hash >>> 5] as number) & (1 << (hash & 31))) === 0) continue
      const samples = this.#samples.get(word)
      if (samples === undefined) continue
      confirm(matches, samples, this.#needles, bytes, index * WORD, { from, to, end })
    }
    return inOrder(matches)
  }

  #mark(hash: number): void {
    this.#bitmap[hash >>> 5] = (this.#bitmap[hash >>> 5] ?? 0) | (1 << (hash & 31))
  }
}
