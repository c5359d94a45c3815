import { ALTERED, BEGIN, GAP, LINES } from '../kernel/pieces-flags.ts'
import type { PiecesHost, Size } from '../kernel/pieces-kernel.ts'
import { PiecesReader } from '../kernel/pieces-reader.ts'
import { FRAGMENT_LENGTH } from '../needles.ts'
import { readDumpLine } from './dump-line.ts'
import { JoinedFields } from './joined-fields.ts'
import type { JoinedHits } from './joined-hits.ts'
import { JoinedText, type OpenJoined } from './joined-text.ts'
import type { Joiner, Joining } from './joiner.ts'
import { forEachText } from './text-blocks.ts'

/** Of a text as it stands, and of one that was joined: of these there may be many at once. */
const PLAIN: Size = { sets: 13, arena: 21, idFields: 256 }
const JOINED: Size = { sets: 11, arena: 19, idFields: 64 }

/** Shorter texts hold no fragment of a canary. */
const SHORTEST = FRAGMENT_LENGTH

const LOST_FIELDS = 'texts of too many fields take turns; those that came back were not joined to the end'
const LOST_PIECES = 'pieces of a text lie too far apart; it was not joined from its beginning'
const NO_ROOM = 'too many texts are read at once; what is in pieces was not joined in all of them'

/** All the ways to join pieces of one text: the kernel says which may be worth a scan. */
export class PiecesViews implements PiecesHost {
  readonly #joiner: Joiner
  readonly #reader: PiecesReader | null
  readonly #lines: JoinedText
  readonly #dumps: readonly [big: JoinedText, little: JoinedText]
  readonly #fields: JoinedFields

  constructor(joiner: Joiner, hits: JoinedHits) {
    this.#joiner = joiner
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
    const size = joiner.isJoined ? JOINED : PLAIN
    this.#reader = PiecesReader.open(joiner.pieces, size, this, joiner.takesAll, joiner.nests)
    if (this.#reader === null) joiner.note(NO_ROOM)
  }

  /** @param block at most `BLOCK` bytes @param offset of its first in the layer @param events where needles stand in it */
  read(block: Uint8Array, offset: number, events: readonly number[]): void {
    const reader = this.#reader
    if (reader === null) return
    const address = this.#joiner.pieces.load(block)
    forEachText(
      block,
      (from, to) => reader.read(address, from, to, offset, events),
      () => reader.cut(),
    )
  }

  take(stream: number, record: number, offset: number, address: number, length: number, flags: number): void {
    const text = (flags & LINES) === 0 ? this.#fields.textOf(stream) : this.#lines
    if ((flags & GAP) !== 0) text.separate()
    if ((flags & (BEGIN | GAP)) !== 0) text.begin(record, offset, false)
    text.add(this.#joiner.pieces.bytes, address, address + length, (flags & ALTERED) !== 0)
  }

  dump(address: number, length: number, offset: number): void {
    const dump = readDumpLine({ bytes: this.#joiner.pieces.bytes, from: address, to: address + length })
    if (dump === null) return
    const [big, little] = this.#dumps
    addAltered(big, dump.big, offset)
    if (dump.little !== null) addAltered(little, dump.little, offset)
  }

  loseField(): void {
    this.#joiner.note(LOST_FIELDS)
  }

  losePieces(): void {
    this.#joiner.note(LOST_PIECES)
  }

  /** Whether `flush` has anything to do. */
  get isDue(): boolean {
    return this.#fields.isDue || this.#texts.some(text => text.isFull)
  }

  async flush(): Promise<void> {
    await this.#fields.flush()
    for (const text of this.#texts) if (text.isFull) await text.flush()
  }

  async end(): Promise<void> {
    this.#reader?.cut()
    this.#reader?.close()
    for (const text of this.#texts) await text.end(SHORTEST)
    await this.#fields.endAll()
  }

  get #texts(): readonly JoinedText[] {
    return [this.#lines, ...this.#dumps]
  }
}

function addAltered(text: JoinedText, bytes: readonly number[], offset: number): void {
  text.begin(offset, offset, true)
  text.add(Uint8Array.from(bytes), 0, bytes.length, true)
}
