import { FRAGMENT_LENGTH } from '../needles.ts'
import type { JoinedHit } from './joined-hits.ts'
import { JoinedText, type OpenJoined } from './joined-text.ts'

/** Fields that take turns: the half that was not seen for longest gives way to others. */
const MOST_FIELDS = 32_768
const MOST_REMEMBERED = 262_144
/** Fields that are scanned as they come: each takes a window. The others wait until there is more. */
const MOST_OPEN = 128

/** The joined texts of all fields, by the field. */
export class JoinedFields {
  readonly #open: OpenJoined
  readonly #report: (joined: JoinedHit) => void
  readonly #note: (reason: string) => void
  #texts = new Map<number, JoinedText>()
  /** fields that gave way to others */
  readonly #gone = new Set<number>()
  readonly #due = new Set<JoinedText>()
  readonly #scanned = new Set<JoinedText>()
  #ending: JoinedText[] = []
  #used = 0

  /** @param note says what was not joined */
  constructor(open: OpenJoined, report: (joined: JoinedHit) => void, note: (reason: string) => void) {
    this.#open = open
    this.#report = report
    this.#note = note
  }

  /** What bytes of a field are added to now. It is scanned on `flush`, if it is full by then. */
  textOf(field: number): JoinedText {
    const text = this.#texts.get(field) ?? this.#begin(field)
    text.lastUsed = this.#used++
    this.#due.add(text)
    return text
  }

  /** Whether `flush` has anything to do. */
  get isDue(): boolean {
    return this.#due.size > 0 || this.#ending.length > 0
  }

  async flush(): Promise<void> {
    const ending = this.#ending
    this.#ending = []
    for (const text of ending) await text.end(FRAGMENT_LENGTH)
    const due = [...this.#due]
    this.#due.clear()
    for (const text of due) {
      if (!text.isFull) continue
      await text.flush()
      this.#scanned.add(text)
    }
    if (this.#scanned.size > MOST_OPEN) await this.#pause()
  }

  async endAll(): Promise<void> {
    await this.flush()
    for (const text of this.#texts.values()) await text.end(FRAGMENT_LENGTH)
    this.#texts.clear()
  }

  #begin(field: number): JoinedText {
    if (this.#gone.delete(field)) {
      this.#note(`texts of more than ${MOST_FIELDS} fields take turns; those that came back were not joined to the end`)
    }
    if (this.#texts.size >= MOST_FIELDS) this.#evict()
    const text = new JoinedText(this.#open, this.#report)
    this.#texts.set(field, text)
    return text
  }

  #evict(): void {
    const byUse = [...this.#texts].sort(([, one], [, other]) => one.lastUsed - other.lastUsed)
    this.#texts = new Map(byUse.slice(MOST_FIELDS / 2))
    for (const [field, text] of byUse.slice(0, MOST_FIELDS / 2)) {
      this.#due.delete(text)
      this.#scanned.delete(text)
      if (this.#gone.size < MOST_REMEMBERED && text.mayGoOn) this.#gone.add(field)
      this.#ending.push(text)
    }
  }

  /** Scans to their end the texts that were not added to for longest, and keeps what may go on. */
  async #pause(): Promise<void> {
    const byUse = [...this.#scanned].sort((one, other) => one.lastUsed - other.lastUsed)
    for (const text of byUse.slice(0, MOST_OPEN / 2)) {
      this.#scanned.delete(text)
      await text.pause()
    }
  }
}
