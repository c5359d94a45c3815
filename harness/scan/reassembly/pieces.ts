/** Room for so many at first: most fields have a few. */
const FEWEST = 4
/** So many are forgotten at once. */
const FORGOTTEN_AT_ONCE = 8192

/** Most bytes that one byte is written as in an escape or in a dump, and most that a dump writes before the first. */
const WIDEST = 12
const LONGEST_LEAD = 64

/** What is known of a piece: three numbers in a row. */
const AT = 0
const RECORD = 1
const OFFSET = 2
const SIZE = 3

/** Where the pieces of a joined text came from. As numbers in one list: there are as many as tokens in a log. */
export class Pieces {
  /**
   * By piece: where it begins in the joined text, where its record or line begins in the layer, and where it does
   * itself. The last is negative, by `-1 - offset`, where it says something else than its bytes in the layer: it was
   * escaped, or in a dump.
   */
  #list = new Float64Array(FEWEST * SIZE)
  count = 0

  /** Where the piece that was begun last begins in the joined text. */
  get lastAt(): number {
    return this.#get(this.count - 1, AT)
  }

  begin(at: number, record: number, offset: number, altered: boolean): void {
    const index = this.count++ * SIZE
    if (index === this.#list.length) this.#grow()
    const list = this.#list
    list[index + AT] = at
    list[index + RECORD] = record
    list[index + OFFSET] = altered ? -1 - offset : offset
  }

  /** The piece that was begun last is altered. */
  alter(): void {
    const index = this.count - 1
    if (index >= 0 && !this.isAltered(index)) this.#list[index * SIZE + OFFSET] = -1 - this.#get(index, OFFSET)
  }

  /** The piece that holds a place of the joined text; the oldest that is known, for places before. */
  indexAt(position: number): number {
    let [low, high] = [0, this.count - 1]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.#get(middle, AT) <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  isAltered(index: number): boolean {
    return this.#get(index, OFFSET) < 0
  }

  recordOf(index: number): number {
    return this.#get(index, RECORD)
  }

  /** Where a place of the joined text is in the layer; for an altered piece, where that begins. */
  offsetOf(index: number, position: number): number {
    return this.isAltered(index) ? this.#beginOf(index) : this.#beginOf(index) + position - this.#get(index, AT)
  }

  /** The same; for an altered piece, where it is at the latest. */
  latestOffsetOf(index: number, position: number): number {
    if (!this.isAltered(index)) return this.offsetOf(index, position)
    const latest = this.#beginOf(index) + WIDEST * (position + 1 - this.#get(index, AT)) + LONGEST_LEAD
    return index + 1 < this.count ? Math.min(latest, this.#beginOf(index + 1)) : latest
  }

  #beginOf(index: number): number {
    const offset = this.#get(index, OFFSET)
    return offset < 0 ? -1 - offset : offset
  }

  /** Forgets pieces that begin before a place of the joined text, once they are many. */
  forget(before: number): void {
    if (this.count <= FORGOTTEN_AT_ONCE || this.#get(FORGOTTEN_AT_ONCE, AT) >= before) return
    const first = this.indexAt(before)
    this.#list.copyWithin(0, first * SIZE, this.count * SIZE)
    this.count -= first
  }

  #get(index: number, what: number): number {
    return this.#list[index * SIZE + what] ?? 0
  }

  #grow(): void {
    const grown = new Float64Array(2 * this.#list.length)
    grown.set(this.#list)
    this.#list = grown
  }
}
