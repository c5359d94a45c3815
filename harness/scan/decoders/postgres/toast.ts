import { Seen } from '../seen.ts'
import type { ToastChunk } from './chunk.ts'
import { CHUNK_SIZE } from './chunk.ts'

/** What pieces may take in memory while others of their values are awaited, with so much for each besides its data. */
const MOST_HELD = 64 * 2 ** 20
const OVERHEAD = 256
/** When it is too much, much is given up at once: to find the oldest is slow. */
const KEPT = MOST_HELD / 2
/** Values given up before they were whole, which are remembered. */
const MOST_GIVEN_UP = 65_536

/** The pieces of one value that have come. */
interface Pieces {
  readonly bySequence: Map<number, Buffer>
  size: number
  /** of the last piece, which alone may be short, or null while that has not come */
  last: number | null
}

/** Puts values together that Postgres keeps in pieces, whatever the order in which these come. */
export class ToastValues {
  /** why values are not put together, or null */
  damage: string | null = null
  readonly #take: (run: Buffer, isHead: boolean) => void
  readonly #values = new Map<string, Pieces>()
  readonly #givenUp = new Set<string>()
  readonly #seen = new Seen()
  #held = 0

  /** @param take is given pieces that follow each other, joined; the first of them is the value's first if `isHead` */
  constructor(take: (run: Buffer, isHead: boolean) => void) {
    this.#take = take
  }

  /** @param table tells values of the same number apart */
  add(table: string, { value, sequence, data }: ToastChunk): void {
    const key = `${table} ${value}`
    if (this.#givenUp.has(key)) this.damage = `values in pieces of more than ${MOST_HELD} bytes were not put together`
    const pieces = this.#values.get(key) ?? { bySequence: new Map<number, Buffer>(), size: 0, last: null }
    if (pieces.bySequence.has(sequence)) return
    pieces.bySequence.set(sequence, Buffer.from(data))
    pieces.size += data.length + OVERHEAD
    this.#held += data.length + OVERHEAD
    if (data.length < CHUNK_SIZE) pieces.last = sequence
    // Those that wait for longest stand first.
    this.#values.delete(key)
    this.#values.set(key, pieces)
    if (pieces.last !== null && pieces.bySequence.size === pieces.last + 1) this.#finish(key, pieces)
    if (this.#held > MOST_HELD) this.#giveUpOldest()
  }

  /** No more pieces come. */
  end(): void {
    for (const [key, pieces] of this.#values) this.#finish(key, pieces)
  }

  #giveUpOldest(): void {
    for (const [key, pieces] of this.#values) {
      if (this.#held <= KEPT) return
      if (!this.#finish(key, pieces)) continue
      if (this.#givenUp.size < MOST_GIVEN_UP) this.#givenUp.add(key)
      else this.damage = `more than ${MOST_GIVEN_UP} values in pieces were not whole`
    }
  }

  /** Passes on what follows each other. False: all of it was passed on before, as copies in the log are. */
  #finish(key: string, pieces: Pieces): boolean {
    this.#values.delete(key)
    this.#held -= pieces.size
    const sequences = [...pieces.bySequence.keys()].sort((one, other) => one - other)
    const fresh = sequences.map(sequence => this.#seen.isNew(pieces.bySequence.get(sequence) ?? Buffer.of(), sequence))
    if (!fresh.includes(true)) return false
    for (let from = 0; from < sequences.length; ) {
      let to = from + 1
      while (to < sequences.length && sequences[to] === (sequences[to - 1] ?? 0) + 1) to++
      const run = sequences.slice(from, to).flatMap(sequence => pieces.bySequence.get(sequence) ?? [])
      this.#take(Buffer.concat(run), sequences[from] === 0)
      from = to
    }
    return true
  }
}
