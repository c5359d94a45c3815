import type { BrotliDecompress, InflateRaw, ZstdDecompress } from 'node:zlib'
import type { Output } from './decoder.ts'

/** A stream of node:zlib that unpacks, and gives so many unpacked bytes at a time. */
export type Unpack = (block: number) => InflateRaw | BrotliDecompress | ZstdDecompress

const BLOCK = 16 * 1024

/** Unpacks data as they come. What is after their end is left alone; a cut end is no error. */
export class Unpacker {
  readonly #stream: ReturnType<Unpack>
  readonly #drained: Promise<void>
  #open = true
  #damaged = false

  /** @param block unpacked bytes come out so many at a time; at damage those of the last block are lost */
  constructor(unpack: Unpack, output: Output, block = BLOCK) {
    this.#stream = unpack(block)
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
