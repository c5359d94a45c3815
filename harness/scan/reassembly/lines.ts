/** Longer lines are no records of one token. */
const LONGEST = 64 * 1024
const NEWLINE = 0x0a

/** Cuts a stream into lines, with the offset of each; a line of more than 64 KiB is left out. */
export class Lines {
  readonly #onLine: (line: string, offset: number) => void
  #held: Uint8Array[] = []
  #heldBytes = 0
  #offset = 0

  constructor(onLine: (line: string, offset: number) => void) {
    this.#onLine = onLine
  }

  push(chunk: Uint8Array): void {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, at))
      this.#flush()
      this.#offset += 1
      from = at + 1
    }
    this.#hold(chunk.subarray(from))
  }

  end(): void {
    this.#flush()
  }

  #hold(bytes: Uint8Array): void {
    if (this.#heldBytes + bytes.length <= LONGEST && bytes.length > 0) this.#held.push(bytes.slice())
    this.#heldBytes += bytes.length
  }

  #flush(): void {
    const [held, bytes, offset] = [this.#held, this.#heldBytes, this.#offset]
    this.#held = []
    this.#heldBytes = 0
    this.#offset += bytes
    if (bytes > 0 && bytes <= LONGEST) this.#onLine(Buffer.concat(held).toString('latin1'), offset)
  }
}
