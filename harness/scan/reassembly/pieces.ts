/** So many are forgotten at once. */
const FORGOTTEN_AT_ONCE = 8192

/** Where the pieces of a joined text came from. As lists of numbers: there are as many as tokens in a log. */
export class Pieces {
  /** by piece: where it begins in the joined text */
  #at: number[] = []
  /** where its record or line begins in the layer, and where it does itself */
  #records: number[] = []
  #offsets: number[] = []
  /** 1 where it says something else than its bytes in the layer: it was escaped, or in a dump */
  #altered: number[] = []

  get count(): number {
    return this.#at.length
  }

  /** Where the piece that was begun last begins in the joined text. */
  get lastAt(): number {
    return this.#at.at(-1) ?? 0
  }

  begin(at: number, record: number, offset: number, altered: boolean): void {
    this.#at.push(at)
    this.#records.push(record)
    this.#offsets.push(offset)
    this.#altered.push(altered ? 1 : 0)
  }

  /** The piece that was begun last is altered. */
  alter(): void {
    if (this.#altered.length > 0) this.#altered[this.#altered.length - 1] = 1
  }

  /** The piece that holds a place of the joined text; the oldest that is known, for places before. */
  indexAt(position: number): number {
    let [low, high] = [0, this.#at.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#at[middle] ?? 0) <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  isAltered(index: number): boolean {
    return this.#altered[index] === 1
  }

  recordOf(index: number): number {
    return this.#records[index] ?? 0
  }

  /** Where a place of the joined text is in the layer; for an altered piece, about there. */
  offsetOf(index: number, position: number): number {
    return (this.#offsets[index] ?? 0) + position - (this.#at[index] ?? 0)
  }

  /** Forgets pieces that begin before a place of the joined text, once they are many. */
  forget(before: number): void {
    if ((this.#at[FORGOTTEN_AT_ONCE] ?? before) >= before) return
    const count = this.indexAt(before)
    this.#at = this.#at.slice(count)
    this.#records = this.#records.slice(count)
    this.#offsets = this.#offsets.slice(count)
    this.#altered = this.#altered.slice(count)
  }
}
