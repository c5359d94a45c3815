import type { Cover } from '../covers.ts'
import { FRAGMENT_LENGTH } from '../needles.ts'
import type { Hit } from '../scan.ts'
import { readDumpLine } from './dump-line.ts'
import { FoldedLines } from './folded-lines.ts'
import { JoinedFields } from './joined-fields.ts'
import { JoinedHits, type OnHit } from './joined-hits.ts'
import { JoinedRecords } from './joined-records.ts'
import { type Joined, JoinedText, type OpenJoined } from './joined-text.ts'
import type { Line } from './line-frame.ts'
import type { NeedleParts } from './needle-parts.ts'
import { forEachText } from './text-blocks.ts'

/** How pieces were joined, as it stands in `via`. */
export type Joining = 'records' | 'lines' | 'dump'

/** What a layer gives for its pieces to be joined. */
export interface Joiner {
  /** the layer is a text that was joined */
  readonly isJoined: boolean
  /** of what is looked for */
  readonly parts: NeedleParts
  /** opens what scans a joined text */
  open(joining: Joining, onHit: OnHit): Joined
  /** takes what was found, at its place in the layer @param span bytes of the layer that its pieces take */
  report(hit: Hit, span?: number): void
  /** says what was not joined */
  note(reason: string): void
}

const onlyOnce = (step: string, index: number, via: readonly string[]): boolean => step !== via[index - 1]

/** So much is looked at before what was gathered is scanned. */
const SLICE = 64 * 1024
const NEWLINE = 0x0a
/** Shorter texts hold no fragment of a canary. */
const SHORTEST = FRAGMENT_LENGTH

/**
 * What is in a layer in pieces: texts of a field over several records, lines that were cut or folded, and lines of a
 * dump. Each way to join them gives texts that are scanned like the layer itself, but for what is found there anyway.
 * Binary data is passed over.
 */
export class Reassembly {
  readonly #joiner: Joiner
  readonly #hits: JoinedHits
  #views: Views | null = null
  #position = 0

  constructor(joiner: Joiner) {
    this.#joiner = joiner
    // Records within texts of records were joined twice, or at one of the two levels: the same way to say it.
    this.#hits = new JoinedHits((hit, span) => joiner.report({ ...hit, via: hit.via.filter(onlyOnce) }, span))
  }

  /** A canary was found in the layer as it stands: not to be told again. */
  addPlain(canary: string, from: number, to: number): void {
    this.#hits.addPlain(canary, from, to)
  }

  /** The same in a container that takes this part of the layer. */
  addContained(cover: Cover): void {
    this.#hits.addContained(cover)
  }

  /** The bytes may be reused when it has settled. */
  async push(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += SLICE) {
      const slice = bytes.subarray(at, at + SLICE)
      if (!this.#isWorthIt(slice)) continue
      forEachText(
        slice,
        (from, to) => this.#opened().push(slice, from, to, this.#position),
        () => this.#views?.break(),
      )
      this.#position += slice.length
      if (this.#views?.isDue === true) await this.#views.flush()
    }
  }

  async end(): Promise<void> {
    await this.#views?.end()
    this.#views = null
    this.#hits.end()
  }

  /** A stream is worth it from its first byte on; a text that was joined has pieces from its first line end on. */
  #isWorthIt(slice: Uint8Array): boolean {
    if (this.#views !== null || !this.#joiner.isJoined || slice.includes(NEWLINE)) return true
    this.#position += slice.length
    return false
  }

  #opened(): Views {
    this.#views ??= new Views(this.#joiner, this.#hits)
    return this.#views
  }
}

/** All the ways to join pieces. */
class Views {
  readonly #lines: JoinedText
  readonly #dumps: readonly [big: JoinedText, little: JoinedText]
  readonly #fields: JoinedFields
  readonly #folded: FoldedLines
  readonly #records: JoinedRecords

  constructor(joiner: Joiner, hits: JoinedHits) {
    const openFor =
      (joining: Joining): OpenJoined =>
      onHit =>
        joiner.open(joining, onHit)
    const textOf = (joining: Joining): JoinedText => new JoinedText(openFor(joining), hit => hits.addJoined(hit))
    this.#lines = textOf('lines')
    this.#dumps = [textOf('dump'), textOf('dump')]
    this.#fields = new JoinedFields(
      openFor('records'),
      hit => hits.addJoined(hit),
      reason => joiner.note(reason),
    )
    this.#folded = new FoldedLines(this.#lines, joiner.parts, (line, offset) => this.#addDump(line, offset))
    this.#records = new JoinedRecords(this.#fields)
  }

  push(bytes: Uint8Array, from: number, to: number, offset: number): void {
    this.#records.push(bytes, from, to, offset)
    this.#folded.push(bytes, from, to, offset)
  }

  break(): void {
    this.#records.break()
    this.#folded.break()
  }

  get isDue(): boolean {
    return this.#fields.isDue || this.#texts.some(text => text.isFull)
  }

  async flush(): Promise<void> {
    await this.#fields.flush()
    for (const text of this.#texts) if (text.isFull) await text.flush()
  }

  async end(): Promise<void> {
    this.break()
    for (const text of this.#texts) await text.end(SHORTEST)
    await this.#fields.endAll()
  }

  get #texts(): readonly JoinedText[] {
    return [this.#lines, ...this.#dumps]
  }

  #addDump(line: Line, offset: number): void {
    const dump = readDumpLine(line)
    if (dump === null) return
    const [big, little] = this.#dumps
    addAltered(big, dump.big, offset)
    if (dump.little !== null) addAltered(little, dump.little, offset)
  }
}

function addAltered(text: JoinedText, bytes: readonly number[], offset: number): void {
  text.begin(offset, offset, true)
  text.add(Uint8Array.from(bytes), 0, bytes.length, true)
}
