import type { Hit, ScanStream } from '../scan.ts'
import { JoinedField } from './joined-field.ts'
import { Lines } from './lines.ts'
import { mayHoldRecord, type RecordText, textsOfLine } from './record-texts.ts'

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
  readonly #lines = new Lines((line, offset) => {
    if (mayHoldRecord(line)) this.#pending.push({ line: Buffer.from(line).toString('latin1'), offset })
  })
  #pending: { readonly line: string; readonly offset: number }[] = []
  #records = 0

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
      this.#records += 1
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
    const joined = known ?? this.#begin(field)
    joined.lastUsed = this.#records
    joined.add(text, offset)
    if (this.#fields.size > MOST_FIELDS) return this.#evict()
    return joined.isFull ? joined.flush() : null
  }

  #begin(field: string): JoinedField {
    const joined = new JoinedField(this.#open, this.#report)
    this.#fields.set(field, joined)
    return joined
  }

  /** The half that was not used for longest gives way. */
  async #evict(): Promise<void> {
    const byUse = [...this.#fields].sort(([, one], [, other]) => one.lastUsed - other.lastUsed)
    for (const [field, joined] of byUse.slice(0, MOST_FIELDS / 2)) {
      this.#fields.delete(field)
      await joined.end()
    }
  }
}
