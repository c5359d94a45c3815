import { constants, createInflateRaw, inflateRawSync } from 'node:zlib'
import type { Output } from './decoder.ts'

/** Small enough that what one slice unpacks to (at most 1,032 times its size) is a few MiB. */
const SLICE = 4096
const MOST_TRIED_OUTPUT = SLICE * 1032 + 1024

/** Unpacks raw deflate as it comes. What is after the end of the data is left alone; a cut end is no error. */
export class Inflater {
  readonly #stream = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH })
  readonly #drained: Promise<void>
  #open = true
  #damaged = false

  constructor(output: Output) {
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
    for (let at = 0; at < bytes.length && this.#open; at += SLICE) {
      const taken = new Promise<void>(resolve => this.#stream.write(bytes.subarray(at, at + SLICE), () => resolve()))
      await Promise.race([taken, this.#drained])
    }
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

/**
 * What the first 4 KiB of raw deflate unpack to, as far as they are right: a damaged stream would keep back what it
 * had unpacked before the damage.
 */
export function inflateBeginning(bytes: Uint8Array): { readonly output: Uint8Array; readonly damaged: boolean } {
  const beginning = bytes.subarray(0, SLICE)
  const whole = tryInflate(beginning)
  if (whole !== null) return { output: whole, damaged: false }
  let good = 0
  let bad = beginning.length
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1
    if (tryInflate(beginning.subarray(0, middle)) === null) bad = middle
    else good = middle
  }
  return { output: tryInflate(beginning.subarray(0, good)) ?? new Uint8Array(0), damaged: true }
}

function tryInflate(bytes: Uint8Array): Uint8Array | null {
  try {
    return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MOST_TRIED_OUTPUT })
  } catch {
    return null
  }
}
