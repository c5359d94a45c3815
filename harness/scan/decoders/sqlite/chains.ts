import { apart } from '../store-values.ts'
import type { Overflow } from './cells.ts'
import { isTreePage, overflowsIn } from './cells.ts'

/** What pages may take in memory whose values are not whole. */
const MOST_HELD = 64 * 2 ** 20
/** When it is too much, much is given up at once: to find the oldest is slow. */
const KEPT = MOST_HELD / 2
/** Pages that were passed on before the value that they are of was known: so many are remembered. */
const MOST_GIVEN_UP = 2 ** 20
const NUMBER_SIZE = 4
const FILE_HEADER = 100

/** A value that is being put together. */
interface Chain {
  readonly parts: Buffer[]
  size: number
  next: number
  rest: number
  /** its cell was deleted, so that its pages may have come to hold other things */
  readonly isDeleted: boolean
}

/** Puts values of SQLite together that go on over pages, in whatever order these come. */
export class OverflowChains {
  /** why values were not put together, or null */
  damage: string | null = null
  readonly #usable: number
  readonly #pages: number
  #values: Uint8Array[] = []
  /** pages that no value has asked for yet */
  readonly #free = new Map<number, Buffer>()
  /** values by the page that they wait for */
  readonly #waiting = new Map<number, Chain>()
  readonly #deleted: Chain[] = []
  readonly #givenUp = new Set<number>()
  #held = 0

  /**
   * @param usable bytes of each page that are used
   * @param pages how many there are, so that other numbers are none of pages
   */
  constructor(usable: number, pages: number) {
    this.#usable = usable
    this.#pages = pages
  }

  /** The values that have become known since the last call, each with what sets it apart. */
  take(): Uint8Array[] {
    const values = this.#values
    this.#values = []
    return values
  }

  /** @param page is kept: it must not be changed afterwards */
  page(number: number, page: Buffer): void {
    const waiting = this.#waiting.get(number)
    const header = number === 1 ? FILE_HEADER : 0
    if (waiting !== undefined) {
      this.#waiting.delete(number)
      this.#append(waiting, page)
      this.#follow(waiting)
    } else if (isTreePage(page, header)) {
      for (const overflow of overflowsIn(page, header, this.#usable)) this.#begin(overflow)
    } else if (this.#isPage(page.readUInt32BE(0)) || page.readUInt32BE(0) === 0) {
      this.#held += page.length - (this.#free.get(number)?.length ?? 0)
      this.#free.set(number, page)
    }
    if (this.#held > MOST_HELD) this.#giveUp()
  }

  /** No more pages come. Values without an end, and pages that nothing asked for, are passed on as far as they go. */
  end(): void {
    for (const chain of this.#waiting.values()) this.#finish(chain)
    this.#waiting.clear()
    if (this.#deleted.some(({ next }) => this.#givenUp.has(next))) this.#say()
    for (const chain of this.#deleted.splice(0)) this.#follow(chain)
    const inner = new Set([...this.#free.values()].map(page => page.readUInt32BE(0)))
    for (const number of [...this.#free.keys()]) if (!inner.has(number)) this.#follow(orphan(number))
    for (const number of [...this.#free.keys()]) this.#follow(orphan(number))
  }

  #isPage(number: number): boolean {
    return number > 1 && number <= this.#pages
  }

  #begin({ local, next, rest }: Overflow): void {
    if (!this.#isPage(next)) return
    const isDeleted = rest === Number.POSITIVE_INFINITY
    const chain = { parts: [Buffer.from(local)], size: local.length, next, rest, isDeleted }
    this.#held += local.length
    if (isDeleted) this.#deleted.push(chain)
    else this.#follow(chain)
  }

  /** Takes the pages that are there already, and waits for the next one. */
  #follow(chain: Chain): void {
    for (
      let page = this.#free.get(chain.next);
      page !== undefined && chain.rest > 0;
      page = this.#free.get(chain.next)
    ) {
      this.#free.delete(chain.next)
      this.#held -= page.length
      if (chain.isDeleted) this.#remember(chain.next)
      this.#append(chain, page)
    }
    const mayGoOn = chain.rest > 0 && !chain.isDeleted && this.#isPage(chain.next)
    if (mayGoOn && this.#givenUp.has(chain.next)) this.#say()
    if (mayGoOn && !this.#waiting.has(chain.next)) this.#waiting.set(chain.next, chain)
    else this.#finish(chain)
  }

  #append(chain: Chain, page: Buffer): void {
    const content = page.subarray(NUMBER_SIZE, Math.min(this.#usable, NUMBER_SIZE + chain.rest))
    chain.parts.push(content)
    chain.size += content.length
    chain.rest -= content.length
    chain.next = page.readUInt32BE(0)
    this.#held += content.length
  }

  /** One part alone is seen without its being put together. */
  #finish(chain: Chain): void {
    this.#held -= chain.size
    if (chain.parts.length > 1) this.#values.push(...apart(Buffer.concat(chain.parts)))
  }

  /** Passes on what has waited for longest: pages that no value asked for, and where that is not enough, values. */
  #giveUp(): void {
    for (const number of this.#free.keys()) {
      if (this.#held <= KEPT) return
      this.#follow(orphan(number))
    }
    if (this.#held <= KEPT) return
    this.#say()
    for (const chain of [...this.#waiting.values(), ...this.#deleted.splice(0)]) this.#finish(chain)
    this.#waiting.clear()
  }

  #remember(number: number): void {
    if (this.#givenUp.size >= MOST_GIVEN_UP) this.#say()
    else this.#givenUp.add(number)
  }

  #say(): void {
    this.damage = `values over pages that lie more than ${MOST_HELD} bytes apart were not put together`
  }
}

const orphan = (next: number): Chain => ({
  parts: [],
  size: 0,
  next,
  rest: Number.POSITIVE_INFINITY,
  isDeleted: true,
})
