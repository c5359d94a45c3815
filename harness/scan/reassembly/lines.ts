/** Longer lines are no records of one token. */
const LONGEST = 64 * 1024
const NEWLINE = 0x0a

/** Cuts a stream into lines, with the offset of each; a line of more than 64 KiB is left out. */
export class Lines {
  readonly #onLine: (line: Uint8Array, offset: number) => void
  /** of a line whose end has not come yet */
  #held: Uint8Array[] = []
  #heldBytes = 0
  #offset = 0

  /** @param onLine is given bytes that may be reused once it has returned */
  constructor(onLine: (line: Uint8Array, offset: number) => void) {
    this.#onLine = onLine
  }

  push(chunk: Uint8Array): void {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#end(chunk.subarray(from, at))
      this.#offset += 1
      from = at + 1
    }
    this.#hold(chunk.subarray(from))
  }

  end(): void {
    this.#end(new Uint8Array())
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (this.#heldBytes + bytes.length <= LONGEST) this.#held.push(bytes.slice())
    this.#heldBytes += bytes.length
  }

  #end(rest: Uint8Array): void {
    const bytes = this.#heldBytes + rest.length
    const line = this.#heldBytes === 0 ? rest : Buffer.concat([...this.#held, rest])
    const offset = this.#offset
    this.#held = []
    this.#heldBytes = 0
    this.#offset += bytes
    if (bytes > 0 && bytes <= LONGEST) this.#onLine(line, offset)
  }
}
