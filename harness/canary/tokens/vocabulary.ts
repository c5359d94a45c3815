import type { PackedVocabulary } from './packed-vocabulary.ts'

/** What the ids of a tokenizer stand for. */
export class Vocabulary {
  /** for another thread */
  readonly packed: PackedVocabulary

  constructor(packed: PackedVocabulary) {
    this.packed = packed
  }

  get name(): string {
    return this.packed.name
  }

  /** The bytes that an id stands for, not to be changed, or null: no token, or one without text. */
  bytesOf(id: number): Uint8Array | null {
    const { bytes, offsets } = this.packed
    const [start = 0, end = start] = [offsets[id], offsets[id + 1]]
    return start < end ? bytes.subarray(start, end) : null
  }

  /** The token of up to four lower-case letters, or of one digit. */
  idOf(piece: string): number | undefined {
    const { pieces } = this.packed
    let [from, to] = [0, pieces.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.#textOf(pieces[middle]) < piece) from = middle + 1
      else to = middle
    }
    return this.#textOf(pieces[from]) === piece ? pieces[from] : undefined
  }

  #textOf(id = -1): string {
    return String.fromCharCode(...(this.bytesOf(id) ?? []))
  }
}
