/** What may come out of bytes that only look packed, for each byte that is searched, and besides. */
const RATIO = 16
const ALLOWANCE = 2 ** 20

/** Keeps the search for packed values short in bytes that are made to look like many of them. */
export class Waste {
  #searched = 0
  #wasted = 0

  /** Bytes that are searched for the first time. */
  search(bytes: number): void {
    this.#searched += bytes
  }

  /** Bytes that came out of what was none. */
  add(bytes: number): void {
    this.#wasted += bytes
  }

  get isTooMuch(): boolean {
    return this.#wasted > ALLOWANCE + RATIO * this.#searched
  }
}
