import { UNREAD } from '../canary/codec.ts'
import type { Hit } from './scan.ts'

/** More than one container holds; beyond, a canary that stands both in it and unpacked may be reported twice. */
const MOST_REMEMBERED = 100_000
const MOST_WAITING = 10_000

/** The part of a layer that one container takes, and what came out of it. */
export interface Cover {
  readonly start: number
  /** not known until the container has ended */
  end: number
  /** canaries that were found inside */
  readonly ids: Set<string>
  /** it has ended, and was a container for certain */
  isCertain: boolean
}

/** Something to report that may turn out to be known better from a container around it. */
interface Report {
  readonly at: number
  /** the container that it is about or came out of, or null */
  readonly source: Cover | null
  isKnownFrom(cover: Cover): boolean
  tell(): void
}

/**
 * Reports each origin once. Bytes that a container stores unchanged are seen twice: as they stand, and again when the
 * container is decoded, with the right chain. So what is seen inside a container waits until that has been decoded,
 * and is dropped if it came out of there too.
 */
export class Covers {
  readonly #tellHit: (hit: Hit) => void
  #covers: Cover[] = []
  #waiting: Report[] = []

  constructor(tellHit: (hit: Hit) => void) {
    this.#tellHit = tellHit
  }

  open(start: number): Cover {
    const cover: Cover = { start, end: Number.POSITIVE_INFINITY, ids: new Set(), isCertain: false }
    this.#covers.push(cover)
    return cover
  }

  /** @param source the container that the hit came out of, or null */
  addHit(hit: Hit, at: number, source: Cover | null): void {
    if (source !== null && source.ids.size < MOST_REMEMBERED) source.ids.add(hit.canary)
    this.#decide({
      at,
      source,
      isKnownFrom: cover => isAmong(cover.ids, hit.canary),
      tell: () => this.#tellHit(hit),
    })
  }

  /** A container that another one stores in pieces looks damaged, and is whole when that one is decoded. */
  addDamage(damaged: Cover, tell: () => void): void {
    this.#decide({ at: damaged.start, source: damaged, isKnownFrom: cover => cover.isCertain, tell })
  }

  /** Decides what can be decided now, and forgets containers that end before `scanned`. */
  settle(scanned: number): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const report of waiting) this.#decide(report)
    this.#covers = this.#covers.filter(cover => cover.end > scanned || this.#isAwaited(cover))
  }

  #isAwaited(cover: Cover): boolean {
    return this.#waiting.some(report => report.source === cover || isInside(report, cover))
  }

  #decide(report: Report): void {
    const around = this.#covers.filter(cover => cover !== report.source && isInside(report, cover))
    if (around.some(cover => report.isKnownFrom(cover))) return
    const mustWait = around.some(cover => cover.end === Number.POSITIVE_INFINITY)
    if (mustWait && this.#waiting.length < MOST_WAITING) this.#waiting.push(report)
    else report.tell()
  }
}

const isInside = ({ at }: Report, cover: Cover): boolean => cover.start < at && at < cover.end

/** Whether an id is one of these: of a canary that is stored in pieces only some characters can be read from outside. */
function isAmong(ids: ReadonlySet<string>, id: string): boolean {
  if (ids.has(id)) return true
  if (!id.includes(UNREAD)) return false
  const fits = (other: string): boolean =>
    Array.from(id).every((character, place) => character === UNREAD || character === other[place])
  return ids.values().some(fits)
}
