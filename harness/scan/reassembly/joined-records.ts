import type { Hit, ScanStream } from '../scan.ts'
import { JoinedField } from './joined-field.ts'
import { Lines } from './lines.ts'
import { type RecordText, textsOfLine } from './record-texts.ts'

/** Longer texts hold a magic whole wherever a canary is cut, and are found without joining. */
const LONGEST_PIECE = 128
const MOST_FIELDS = 256

/**
 * Joins the short texts of each JSON field over consecutive lines and scans what they say together: an answer that is
 * logged one token an event is in no record whole. Fields that were not seen for long give way to others.
 */
export class JoinedRecords {
  readonly #open: (onHit: (hit: Hit) => void) => ScanStream
  readonly #report: (hit: Hit) => void
  readonly #fields = new Map<string, JoinedField>()
  readonly #lines = new Lines((line, offset) => this.#pending.push({ line, offset }))
  #pending: { readonly line: string; readonly offset: number }[] = []

  constructor(open: (onHit: (hit: Hit) => void) => ScanStream, report: (hit: Hit) => void) {
    this.#open = open
    this.#report = report
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#lines.push(chunk)
    await this.#join()
  }

  async end(): Promise<void> {
    this.#lines.end()
    await this.#join()
    for (const field of this.#fields.values()) await field.end()
    this.#fields.clear()
  }

  async #join(): Promise<void> {
    const pending = this.#pending
    this.#pending = []
    for (const { line, offset } of pending) {
      for (const piece of textsOfLine(line)) {
        const settled = this.#add(piece, offset)
        if (settled !== null) await settled
      }
    }
  }

  /** @returns what is to be waited for, or null: most pieces only gather, and waiting for each would cost more than all else */
  #add({ field, text }: RecordText, offset: number): Promise<void> | null {
    const known = this.#fields.get(field)
    if (text.length > LONGEST_PIECE) {
      this.#fields.delete(field)
      return known?.end() ?? null
    }
    const joined = known ?? new JoinedField(this.#open, this.#report)
    // Last in the map is last in use.
    this.#fields.delete(field)
    this.#fields.set(field, joined)
    joined.add(text, offset)
    if (this.#fields.size > MOST_FIELDS) return this.#evict()
    return joined.isFull ? joined.flush() : null
  }

  async #evict(): Promise<void> {
    const [oldest] = this.#fields
    if (oldest === undefined) return
    this.#fields.delete(oldest[0])
    await oldest[1].end()
  }
}
