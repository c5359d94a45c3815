import { GRAM, hashAt, hashOfWords, isTelling, STRIDE, WINDOW, wordsOf } from './gram.ts'
import { GramTable, gramsIn, TABLE_SEED } from './gram-table.ts'
import type { MarkedPiece, OutputKind, Piece } from './pieces.ts'
import { encodedPieces, roomOf } from './pieces.ts'

/** Grams of all outputs together: about 100 MiB of tables. */
const MOST_GRAMS = 8_000_000
/** How far back a run is followed, so that no input makes the search slow; forward it is followed to its end. */
const MOST_BACKWARD = 256

/** What is known of the gram that begins at a place. One that the same exchange repeats is looked for once. */
export const RARE = 0
const COMMON = 1
const REPEATED = 2

/** An output that is to be found, and which of its grams were known before. */
export interface IndexedOutput {
  readonly id: string
  readonly role: 'output' | 'control'
  /** what the outputs of two exchanges both say is boilerplate; those of one may repeat each other */
  readonly exchange: string
  readonly kind: OutputKind
  /** bytes of the whole of it */
  readonly length: number
  readonly pieces: readonly MarkedPiece[]
}

interface Segment extends Pick<Piece, 'via' | 'scale'> {
  readonly output: IndexedOutput
  readonly start: number
  readonly end: number
}

/** A stretch of bytes that is the same as a part of an output. */
export interface Run {
  readonly output: IndexedOutput
  readonly via: string | null
  readonly scale: number
  /** in the bytes, half open */
  readonly from: number
  readonly to: number
  /** where it begins among the bytes of all outputs */
  readonly place: number
  /** grams in it that are rare */
  readonly rare: number
}

/** Finds every run of 23 bytes and more that is part of an output, where at least one gram of it is rare. */
export class GramIndex {
  readonly #arena: Uint8Array
  readonly #table: GramTable
  readonly #marks: Uint8Array
  readonly #segments: Segment[] = []
  #length = 0
  /** outputs that there was no room for */
  readonly left: number

  constructor(outputs: readonly IndexedOutput[]) {
    const chosen = fitting(outputs)
    const room = chosen.reduce((sum, output) => sum + roomOfOutput(output), 0)
    this.#arena = new Uint8Array(room)
    this.#marks = new Uint8Array(room)
    this.#table = new GramTable(this.#arena, room)
    this.left = outputs.length - chosen.length
    for (const output of chosen) for (const { known, ...piece } of output.pieces) this.#add(output, piece, known)
    for (const { output, start, end, via, scale } of this.#segments.slice()) {
      if (via !== null) continue
      const piece = { bytes: this.#arena.subarray(start, end), via, scale }
      const encoded = encodedPieces(output.kind, piece, at => this.#marks[start + at] === RARE)
      for (const one of encoded) this.#add(output, one, null)
    }
  }

  /** The outputs as they are, each whole or in parts, with a mark for every gram. */
  *marked(): Generator<{ readonly output: IndexedOutput; readonly marks: Uint8Array }> {
    for (const { output, start, end, via } of this.#segments) {
      if (via === null) yield { output, marks: this.#marks.subarray(start, start + gramsIn(end - start)) }
    }
  }

  /** Tells the runs that begin before `to`; one that goes over the ends of the bytes is cut there. */
  find(bytes: Uint8Array, from: number, to: number, end: number, tell: (run: Run) => void): void {
    const words = wordsOf(bytes)
    const last = Math.min(to - 1, end - GRAM, words.length * 4 - GRAM)
    for (let at = Math.max(0, (from & -STRIDE) - GRAM); at <= last; at += STRIDE) {
      const word = at >> 2
      const hash = hashOfWords(
        words[word] ?? 0,
        words[word + 1] ?? 0,
        words[word + 2] ?? 0,
        words[word + 3] ?? 0,
        TABLE_SEED,
      )
      if (!this.#table.mayHold(hash)) continue
      let farthest = at
      for (const place of this.#table.places(hash, bytes, at)) {
        if (this.#marks[place] === COMMON) continue
        const run = this.#runAt(bytes, at, place, end)
        tell(run)
        // The next gram may lie across the end of a run: what goes on there in another way is another run.
        farthest = Math.max(farthest, (run.to - GRAM) & -STRIDE)
      }
      at = farthest
    }
  }

  #runAt(bytes: Uint8Array, at: number, place: number, end: number): Run {
    const { output, via, scale, start, end: segmentEnd } = this.#segmentAt(place)
    const least = Math.max(0, at - Math.min(MOST_BACKWARD, place - start))
    let from = at
    while (from > least && bytes[from - 1] === this.#arena[place - (at - from) - 1]) from--
    const most = Math.min(end, at + segmentEnd - place)
    let to = at + GRAM
    while (to < most && bytes[to] === this.#arena[place + (to - at)]) to++
    const first = place - (at - from)
    const rare = countOf(this.#marks.subarray(first, first + gramsIn(to - from)), mark => mark !== COMMON)
    return { output, via, scale, from, to, place: first, rare }
  }

  #segmentAt(place: number): Segment {
    let [low, high] = [0, this.#segments.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#segments[middle]?.start ?? 0) <= place) low = middle
      else high = middle - 1
    }
    const segment = this.#segments[low]
    if (segment === undefined) throw new RangeError(`No output stands at ${place}.`)
    return segment
  }

  #add(output: IndexedOutput, { bytes, via, scale }: Piece, known: Uint8Array | null): void {
    const start = this.#length
    this.#length += bytes.length
    this.#arena.set(bytes, start)
    this.#segments.push({ output, via, scale, start, end: this.#length })
    for (let at = 0; at < gramsIn(bytes.length); at++) {
      if (known?.[at] === 1 || !isTelling(this.#arena, start + at)) this.#marks[start + at] = COMMON
      else this.#addGram(output, start + at)
    }
  }

  #addGram({ exchange }: IndexedOutput, place: number): void {
    const hash = hashAt(this.#arena, place, TABLE_SEED)
    const others = this.#table.places(hash, this.#arena, place)
    for (const other of others) {
      if (!this.#isWindowAt(place, other)) continue
      if (this.#segmentAt(other).output.exchange === exchange) {
        this.#marks[place] = REPEATED
        return
      }
      this.#marks[place] = COMMON
      this.#marks[other] = COMMON
    }
    this.#table.add(place, hash, others)
  }

  /** Whether the same gram at two places lies in the same window. */
  #isWindowAt(one: number, other: number): boolean {
    let same = GRAM
    for (let back = 1; back <= WINDOW - GRAM && this.#arena[one - back] === this.#arena[other - back]; back++) same++
    for (let on = GRAM; on < WINDOW && this.#arena[one + on] === this.#arena[other + on]; on++) same++
    return same >= WINDOW
  }
}

function fitting(outputs: readonly IndexedOutput[]): IndexedOutput[] {
  let room = 0
  return outputs.filter(output => {
    const wanted = roomOfOutput(output)
    if (room + wanted > MOST_GRAMS) return false
    room += wanted
    return true
  })
}

function roomOfOutput({ pieces }: IndexedOutput): number {
  return pieces.reduce((sum, piece) => sum + roomOf(piece), 0)
}

function countOf(marks: Uint8Array, isCounted: (mark: number) => boolean): number {
  let count = 0
  for (const mark of marks) if (isCounted(mark)) count += 1
  return count
}
