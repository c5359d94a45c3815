import type { InflateRaw } from 'node:zlib'
import { constants, createInflateRaw } from 'node:zlib'
import type { Output } from './decoder.ts'

const BLOCK = 16 * 1024

/** Unpacks raw deflate as it comes. What is after the end of the data is left alone; a cut end is no error. */
export class Inflater {
  readonly #stream: InflateRaw
  readonly #drained: Promise<void>
  #open = true
  #damaged = false

  /** @param block unpacked bytes come out so many at a time; at damage those of the last block are lost */
  constructor(output: Output, block = BLOCK) {
    this.#stream = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: block })
    this.#drained = this.#drain(output)
  }

  /** The data are wrong at some place; what came after it is lost. */
  get damaged(): boolean {
    return this.#damaged
  }

  get consumed(): number {
    return this.#stream.bytesWritten
  }

  /** False: the data have ended. */
  async write(bytes: Uint8Array): Promise<boolean> {
    if (!this.#open) return false
    const taken = new Promise<void>(resolve => this.#stream.write(bytes, () => resolve()))
    await Promise.race([taken, this.#drained])
    return this.#open
  }

  async end(): Promise<void> {
    if (this.#open) this.#stream.end()
    await this.#drained
  }

  async #drain(output: Output): Promise<void> {
    try {
      for await (const chunk of this.#stream) {
        if (!(await output(chunk))) break
      }
    } catch {
      this.#damaged = true
    }
    this.#open = false
  }
}
