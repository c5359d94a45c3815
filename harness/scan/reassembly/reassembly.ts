import type { Cover } from '../covers.ts'
import { BLOCK } from '../kernel/pieces-kernel.ts'
import { JoinedHits } from './joined-hits.ts'
import type { Joiner } from './joiner.ts'
import { PiecesViews } from './pieces-views.ts'

const onlyOnce = (step: string, index: number, via: readonly string[]): boolean => step !== via[index - 1]

const NEWLINE = 0x0a

/**
 * What is in a layer in pieces: texts of a field over several records, lines that were cut or folded, and lines of a
 * dump. Each way to join them gives texts that are scanned like the layer itself, but for what is found there anyway:
 * those that may hold a needle over a seam. Binary data is passed over.
 */
export class Reassembly {
  readonly #joiner: Joiner
  readonly #hits: JoinedHits
  #views: PiecesViews | null = null
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

  /**
   * The bytes may be reused when it has settled.
   * @param events where needles begin in these bytes, in order: a canary may go on from there in another piece
   */
  async push(bytes: Uint8Array, events: readonly number[]): Promise<void> {
    for (let at = 0; at < bytes.length; at += BLOCK) {
      const block = bytes.subarray(at, at + BLOCK)
      const inBlock = events.filter(event => event >= at && event < at + BLOCK).map(event => event - at)
      if (this.#isWorthIt(block)) this.#opened().read(block, this.#position, inBlock)
      this.#position += block.length
      if (this.#views?.isDue === true) await this.#views.flush()
    }
  }

  async end(): Promise<void> {
    await this.#views?.end()
    this.#views = null
    this.#hits.end()
  }

  /** A stream is worth it from its first byte on; a text that was joined has pieces from its first line end on. */
  #isWorthIt(block: Uint8Array): boolean {
    return this.#views !== null || !this.#joiner.isJoined || block.includes(NEWLINE)
  }

  #opened(): PiecesViews {
    this.#views ??= new PiecesViews(this.#joiner, this.#hits)
    return this.#views
  }
}
