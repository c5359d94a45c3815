import type { Hit } from './scan.ts'

/** More than one container holds; beyond, a canary that stands both in it and unpacked may be reported twice. */
const MOST_REMEMBERED = 100_000
const MOST_WAITING = 10_000

/** The part of a layer that one container takes, and the canaries that were found inside it. */
export interface Cover {
  readonly start: number
  /** not known until the container has ended */
  end: number
  readonly ids: Set<string>
}

interface Waiting {
  readonly hit: Hit
  readonly at: number
  readonly source: Cover | null
}

/**
 * Reports each origin once. Bytes that a container stores unchanged are found twice: as they stand, and again when the
 * container is decoded, with the right chain. So a hit inside a container waits until that has been decoded, and is
 * dropped if its canary came out of there.
 */
export class Covers {
  readonly #report: (hit: Hit) => void
  #covers: Cover[] = []
  #waiting: Waiting[] = []

  constructor(report: (hit: Hit) => void) {
    this.#report = report
  }

  open(start: number): Cover {
    const cover: Cover = { start, end: Number.POSITIVE_INFINITY, ids: new Set() }
    this.#covers.push(cover)
    return cover
  }

  /** @param source the container that the hit came out of, or null */
  add(hit: Hit, at: number, source: Cover | null): void {
    if (source !== null && source.ids.size < MOST_REMEMBERED) source.ids.add(hit.canary)
    this.#decide({ hit, at, source })
  }

  /** Decides what can be decided now, and forgets containers that end before `scanned`. */
  settle(scanned: number): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const one of waiting) this.#decide(one)
    this.#covers = this.#covers.filter(cover => cover.end > scanned || this.#isAwaited(cover))
  }

  #isAwaited(cover: Cover): boolean {
    return this.#waiting.some(({ at, source }) => source === cover || (cover.start < at && at < cover.end))
  }

  #decide(one: Waiting): void {
    const around = this.#covers.filter(cover => cover !== one.source && cover.start < one.at && one.at < cover.end)
    if (around.some(cover => cover.ids.has(one.hit.canary))) return
    const mustWait = around.some(cover => cover.end === Number.POSITIVE_INFINITY)
    if (mustWait && this.#waiting.length < MOST_WAITING) this.#waiting.push(one)
    else this.#report(one.hit)
  }
}
