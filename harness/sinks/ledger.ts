import type { FieldSeen, Gap } from '../model/observation.ts'
import type { Coverage } from './sink.ts'

const MOST_GAPS = 1000

/** Counts what one scan covered and notes what it did not see. The same gap is kept once, at most 1000 of a kind. */
export class Ledger {
  bytes = 0
  items = 0
  readonly #incomplete = new GapList()
  readonly #skipped = new GapList()

  /** Something was not seen: keeps a pass away. */
  incomplete(path: string, reason: string): void {
    this.#incomplete.add({ path, reason })
  }

  /** Something was left out on purpose: no effect on the verdict. */
  skip(path: string, reason: string): void {
    this.#skipped.add({ path, reason })
  }

  coverage(fields?: readonly FieldSeen[]): Coverage {
    return {
      bytes: this.bytes,
      items: this.items,
      incomplete: this.#incomplete.list(),
      skipped: this.#skipped.list(),
      ...(fields === undefined ? {} : { fields }),
    }
  }
}

class GapList {
  readonly #gaps = new Map<string, Gap>()
  #more = 0

  add(gap: Gap): void {
    const key = `${gap.path}\0${gap.reason}`
    if (this.#gaps.has(key)) return
    if (this.#gaps.size < MOST_GAPS) this.#gaps.set(key, gap)
    else this.#more += 1
  }

  list(): Gap[] {
    const gaps = [...this.#gaps.values()]
    return this.#more === 0 ? gaps : [...gaps, { path: '…', reason: `and ${this.#more} more` }]
  }
}
