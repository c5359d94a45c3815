import { Buffer } from 'node:buffer'

const MOST_BYTES = 1024 * 1024
const NEWLINE = 0x0a

/** One line without its end. `cut`: it was longer than 1 MiB, and `text` holds its first 1 MiB. */
export interface Line {
  readonly text: string
  /** from 1 */
  readonly number: number
  readonly cut: boolean
}

/** Splits a stream of bytes into lines, in bounded memory. Bytes that are no UTF-8 become U+FFFD. */
export class Lines {
  readonly #onLine: (line: Line) => void
  #parts: Buffer[] = []
  #bytes = 0
  #cut = false
  #number = 0

  constructor(onLine: (line: Line) => void) {
    this.#onLine = onLine
  }

  /** The chunk may be reused afterwards. */
  push(chunk: Uint8Array): void {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, end))
      this.#emit()
      from = end + 1
    }
    this.#keep(chunk.subarray(from))
  }

  /** Gives the last line, where it has no end. */
  end(): void {
    if (this.#bytes > 0) this.#emit()
  }

  #keep(part: Uint8Array): void {
    const room = MOST_BYTES - this.#bytes
    if (part.length > room) this.#cut = true
    const kept = part.subarray(0, room)
    if (kept.length === 0) return
    this.#parts.push(Buffer.from(kept))
    this.#bytes += kept.length
  }

  #emit(): void {
    this.#number += 1
    const line = { text: Buffer.concat(this.#parts).toString(), number: this.#number, cut: this.#cut }
    this.#parts = []
    this.#bytes = 0
    this.#cut = false
    this.#onLine(line)
  }
}
