import type { Cover } from '../covers.ts'
import type { Hit } from '../scan.ts'

/** Takes what was found. @param span bytes that its pieces take, where it was joined */
export type OnHit = (hit: Hit, span?: number) => void

/** A hit in a text that was joined, and the range of the layer that its pieces take. */
export interface JoinedHit {
  readonly hit: Hit
  readonly from: number
  readonly to: number
}

/** Beyond these a canary may be told twice: as it stands, and again from pieces. */
const MOST_PLAIN = 100_000
const MOST_CONTAINERS = 10_000
const MOST_WAITING = 10_000
const UNREAD = '?'

/**
 * Tells each origin once, whatever joined it. What was joined waits until the layer itself has been read to its end, and
 * is dropped where the same canary was found there as it stands, or from the same pieces joined otherwise.
 */
export class JoinedHits {
  readonly #tell: OnHit
  readonly #plain = new PlainHits()
  #waiting: JoinedHit[] = []

  constructor(tell: OnHit) {
    this.#tell = tell
  }

  /** A canary was found in the layer as it stands. */
  addPlain(canary: string, from: number, to: number): void {
    this.#plain.add({ canary, from, to })
  }

  /** A canary was found in a container of the layer. */
  addContained(cover: Cover): void {
    this.#plain.addContainer(cover)
  }

  addJoined(joined: JoinedHit): void {
    this.#waiting.push(joined)
    if (this.#waiting.length >= MOST_WAITING) this.end()
  }

  end(): void {
    if (this.#waiting.length === 0) return
    this.#plain.sort()
    const told: JoinedHit[] = []
    for (const joined of this.#waiting.sort(byWorth)) {
      if (!this.#plain.has(joined) && !told.some(other => isSameOrigin(joined, other))) told.push(joined)
    }
    this.#waiting = []
    for (const { hit, from, to } of told.sort((one, other) => one.from - other.from)) this.#tell(hit, to - from)
  }
}

/** Of the ways to join the same pieces, the one that knows most of their form. */
const RANKS = ['records', 'dump', 'lines']

/** What tells most comes first; of equals, what went the shortest way. */
function byWorth(one: JoinedHit, other: JoinedHit): number {
  const unread = ({ hit }: JoinedHit): number => hit.canary.split(UNREAD).length
  const rank = ({ hit }: JoinedHit): number => RANKS.indexOf(hit.via[0] ?? '')
  return unread(one) - unread(other) || rank(one) - rank(other) || one.hit.via.length - other.hit.via.length
}

function isSameOrigin(one: JoinedHit, other: JoinedHit): boolean {
  return one.from < other.to && other.from < one.to && isKnownAs(one.hit.canary, other.hit.canary)
}

/** Whether a reading tells no more than another of the same bytes: pieces that were joined wrongly give half an id. */
function isKnownAs(id: string, known: string): boolean {
  if (!known.includes(UNREAD)) return id === known || id.includes(UNREAD)
  return [...id].every((char, index) => char === UNREAD || char === known[index])
}

interface PlainHit {
  readonly canary: string
  readonly from: number
  readonly to: number
}

/** What was found in the layer as it stands, and in its containers. */
class PlainHits {
  readonly #hits: PlainHit[] = []
  readonly #containers = new Set<Cover>()
  #longest = 0

  add(hit: PlainHit): void {
    if (this.#hits.length >= MOST_PLAIN) return
    this.#hits.push(hit)
    this.#longest = Math.max(this.#longest, hit.to - hit.from)
  }

  addContainer(cover: Cover): void {
    if (this.#containers.size < MOST_CONTAINERS) this.#containers.add(cover)
  }

  /** Needed before `has`. */
  sort(): void {
    this.#hits.sort((one, other) => one.from - other.from)
  }

  has({ hit, from, to }: JoinedHit): boolean {
    for (let index = this.#firstFrom(from - this.#longest); index < this.#hits.length; index++) {
      const plain = this.#hits[index]
      if (plain === undefined || plain.from >= to) break
      if (plain.to > from && isKnownAs(hit.canary, plain.canary)) return true
    }
    for (const { start, end, ids } of this.#containers) {
      if (start < to && from < end && [...ids].some(id => isKnownAs(hit.canary, id))) return true
    }
    return false
  }

  /** The index of the first that does not begin before `from`. */
  #firstFrom(from: number): number {
    let [low, high] = [0, this.#hits.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#hits[middle]?.from ?? 0) < from) low = middle + 1
      else high = middle
    }
    return low
  }
}
