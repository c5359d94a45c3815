import type { Checksum } from './checksum.ts'
import type { Decoding, Output } from './decoder.ts'
import { wrongChecksum } from './unpacking.ts'

/** What follows the data of a container and tells whether they came out right. */
export interface Trailer {
  /** in bytes; one that is cut is not asked */
  readonly size: number
  /** @param sum of all that came out, as `Checksum.digest` gives it */
  isRight(trailer: Uint8Array, sum: Uint8Array): boolean
}

/** Whether the checksum stands first of what is stored. */
export function beginsWith(stored: Uint8Array, sum: Uint8Array): boolean {
  return sum.every((byte, index) => byte === stored[index])
}

/** A body whose checksum stands after it, or is known before. */
export class Checked implements Decoding {
  readonly #name: string
  readonly #body: Decoding
  readonly #sum: Checksum
  readonly #trailer: Trailer
  #state: 'body' | 'trailer' | 'ended' = 'body'
  #stored = Buffer.alloc(0)
  #written = 0
  #isRefused = false
  #verdict: 'right' | 'wrong' | null = null

  constructor(name: string, body: Decoding, sum: Checksum, trailer: Trailer) {
    this.#name = name
    this.#body = body
    this.#sum = sum
    this.#trailer = trailer
  }

  get consumed(): number {
    return this.#body.consumed + this.#stored.length
  }

  get damage(): string | null {
    return this.#verdict === 'wrong' ? wrongChecksum(this.#name) : this.#body.damage
  }

  get isCertain(): boolean {
    return this.#verdict === 'right' || this.#body.isCertain
  }

  async write(bytes: Uint8Array, output: Output): Promise<boolean> {
    if (this.#state === 'ended') return false
    this.#written += bytes.length
    let rest = bytes
    if (this.#state === 'body') {
      const isOpen = await this.#body.write(bytes, this.#summed(output))
      // A stream may know before it says so: then it has left bytes alone.
      if (isOpen && this.#body.consumed === this.#written) return true
      if (this.#isRefused || this.#body.damage !== null) return this.#close()
      this.#state = 'trailer'
      rest = bytes.subarray(bytes.length - (this.#written - this.#body.consumed))
    }
    this.#stored = Buffer.concat([this.#stored, rest.subarray(0, this.#trailer.size - this.#stored.length)])
    return this.#stored.length === this.#trailer.size ? this.#close() : true
  }

  async end(output: Output): Promise<void> {
    await this.#body.end(this.#summed(output))
    const isComparable = this.#state !== 'body' && this.#stored.length === this.#trailer.size
    if (isComparable && !this.#isRefused && this.#body.damage === null)
      this.#verdict = this.#trailer.isRight(this.#stored, this.#sum.digest()) ? 'right' : 'wrong'
  }

  #close(): false {
    if (this.#state === 'body') this.#isRefused = true
    this.#state = 'ended'
    return false
  }

  #summed(output: Output): Output {
    return async bytes => {
      this.#sum.update(bytes)
      const isWanted = await output(bytes)
      if (!isWanted) this.#isRefused = true
      return isWanted
    }
  }
}
