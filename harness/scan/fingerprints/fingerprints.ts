import { createHmac, type KeyObject } from 'node:crypto'
import type { RunKey } from '../../canary/key.ts'
import type { Hit } from '../scan.ts'
import { WINDOW } from './gram.ts'
import { GramIndex, type IndexedOutput, RARE } from './gram-index.ts'
import { gramsIn } from './gram-table.ts'
import { type Marks, type OutputKind, plainPieces } from './pieces.ts'
import { CERTAIN_WINDOWS } from './rule.ts'
import { StopList } from './stop-list.ts'
import { Trace } from './trace.ts'

const MIB = 2 ** 20
/** What lay there before traffic is remembered up to so many bytes: 64 MiB of memory. */
const MOST_BEFORE = 200 * MIB
const MOST_KEPT_BYTES = 64 * MIB
const MOST_KEPT = 100_000
const WINDOW_GRAMS = gramsIn(WINDOW)
const nothingKnown: Marks = bytes => new Uint8Array(bytes.length)

/** Something that a model made and nobody chose; or a control: a text of our own, to be found in the same way. */
export interface KnownOutput {
  readonly id: string
  readonly role: 'output' | 'control'
  readonly exchange: string
  readonly kind: OutputKind
  readonly bytes: Uint8Array
  /** what was asked: an answer that repeats it says nothing of its own */
  readonly prompt: Uint8Array
}

/** What can be found of what was kept. */
export interface Learned {
  /** ids of the outputs of which enough is found nowhere else to be certain of a sighting */
  readonly distinct: ReadonlySet<string>
  /** outputs that are not looked for, since a bound was hit */
  readonly incomplete: readonly string[]
}

/**
 * Finds outputs that nobody chose, by what of them occurs nowhere else. Three times follow each other: what the scan sees
 * before traffic is gathered as known; then outputs are kept; then they are learned, and every stream that is opened from
 * now on is searched for them. All of it is in memory only, and bounded.
 */
export class Fingerprints {
  readonly #key: KeyObject
  #before: StopList | null = null
  #phase: 'gathering' | 'keeping' | 'searching' = 'gathering'
  #kept: IndexedOutput[] = []
  #bytes = 0
  #left = 0
  #index: GramIndex | null = null
  #doubt: string | null = null

  constructor(key: RunKey) {
    this.#key = key.subkey('fingerprint')
  }

  /** Outputs are not known yet: what passes only once must be kept by who passes it, and scanned again. */
  get isWaiting(): boolean {
    return this.#phase !== 'searching'
  }

  /** Why nobody can say that what is found is new, or null. All sightings of outputs are then unconfirmed. */
  get doubt(): string | null {
    if (this.#before?.isFull === true) return `more than ${MOST_BEFORE / MIB} MiB lay there before traffic`
    return this.#doubt
  }

  /** What was there before traffic could not be looked at. */
  doubtBecause(reason: string): void {
    this.#doubt ??= reason
  }

  /** Everything that a scan sees before traffic: whatever an output shares with it does not tell of the output. */
  gather(bytes: Uint8Array, from: number, end: number): void {
    if (this.#phase !== 'gathering') return
    this.#before ??= new StopList(MOST_BEFORE)
    this.#before.add(bytes, from, end)
  }

  /** Traffic begins: what is seen from now on may be an output. */
  stopGathering(): void {
    this.#phase = 'keeping'
  }

  keep({ id, role, exchange, kind, bytes, prompt }: KnownOutput): void {
    this.#bytes += bytes.length
    if (this.#bytes > MOST_KEPT_BYTES || this.#kept.length >= MOST_KEPT) {
      this.#left += 1
      return
    }
    const asked = new StopList(prompt.length)
    asked.add(prompt, 0, prompt.length)
    const marks: Marks = role === 'control' ? nothingKnown : piece => this.#known(piece, asked)
    // Copied, so that the whole answer is not kept with a few parts of it.
    const pieces = plainPieces(kind, bytes, marks).map(piece => ({ ...piece, bytes: Uint8Array.from(piece.bytes) }))
    this.#kept.push({ id, role, exchange, kind, length: bytes.length, pieces })
  }

  /** Ends keeping. What was kept is looked for from now on. */
  learn(): Learned {
    const index = new GramIndex(this.#kept)
    this.#kept = []
    this.#index = index
    this.#before = this.#before?.isFull === true ? this.#before : null
    this.#phase = 'searching'
    const left = this.#left + index.left
    return {
      distinct: distinctOf(index),
      incomplete: left === 0 ? [] : [`${left} outputs are not looked for: there were too many, or they were too long`],
    }
  }

  /** Looks for outputs in one layer; null as long as there are none. */
  trace(
    origin: { readonly via: readonly string[]; readonly offset: number | null },
    tell: (hit: Hit) => void,
  ): Trace | null {
    if (this.#index === null) return null
    const isDoubted = this.doubt !== null
    return new Trace(
      this.#index,
      bytes => this.#digest(bytes),
      origin,
      hit => tell(isDoubted && hit.role === 'output' ? { ...hit, confirmed: false } : hit),
    )
  }

  #known(bytes: Uint8Array, asked: StopList): Uint8Array {
    const marks = asked.marks(bytes)
    const before = this.#before?.marks(bytes)
    return before === undefined ? marks : marks.map((mark, at) => mark | (before[at] ?? 0))
  }

  /** Keyed, since an output may be short enough to be guessed from its hash. */
  #digest(bytes: Uint8Array): string {
    return createHmac('sha256', this.#key).update(bytes).digest('hex')
  }
}

/** Outputs with as many rare windows as make a sighting certain. */
function distinctOf(index: GramIndex): Set<string> {
  const windows = new Map<string, number>()
  for (const { output, marks } of index.marked()) {
    windows.set(output.id, (windows.get(output.id) ?? 0) + rareWindows(marks))
  }
  return new Set([...windows].filter(([, count]) => count >= CERTAIN_WINDOWS).map(([id]) => id))
}

/** Windows that do not overlap, in which every gram is rare. */
function rareWindows(marks: Uint8Array): number {
  let [windows, run] = [0, 0]
  for (let at = 0; at < marks.length; at++) {
    run = marks[at] === RARE ? run + 1 : 0
    if (run < WINDOW_GRAMS) continue
    windows += 1
    run = 0
    at += WINDOW - WINDOW_GRAMS
  }
  return windows
}
