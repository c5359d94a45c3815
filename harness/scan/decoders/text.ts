import type { Form } from '../../canary/form.ts'
import { UNKNOWN, Unit } from '../../canary/form.ts'
import type { Decoder, Decoding, Output } from './decoder.ts'

/** More than any unit takes, so that none is cut by the end of a chunk. */
const LONGEST_UNIT = 32

/** A run of encoded text, which ends at the first bytes that are no unit of the encoding. */
export function textDecoder(name: string, form: Form): Decoder {
  return { name, kind: 'text', period: form.period, open: () => new TextDecoding(form) }
}

class TextDecoding implements Decoding {
  readonly damage = null
  readonly isCertain = true
  consumed = 0
  readonly #form: Form
  readonly #unit = new Unit()
  #rest: Uint8Array = new Uint8Array(0)
  #open = true

  constructor(form: Form) {
    this.#form = form
  }

  async write(bytes: Uint8Array, output: Output): Promise<boolean> {
    if (this.#open) await this.#decode(bytes, LONGEST_UNIT, output)
    return this.#open
  }

  async end(output: Output): Promise<void> {
    if (this.#open) await this.#decode(new Uint8Array(0), 0, output)
    this.#open = false
  }

  async #decode(bytes: Uint8Array, heldBack: number, output: Output): Promise<void> {
    const text = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    const decoded = Buffer.allocUnsafe(text.length)
    let length = 0
    let at = 0
    while (at < text.length - heldBack) {
      if (!this.#read(text, at)) {
        this.#open = false
        break
      }
      length = this.#take(decoded, length)
      at = Math.min(this.#unit.end, text.length)
      if (!this.#open) break
    }
    this.consumed += at
    this.#rest = Uint8Array.from(text.subarray(at))
    if (length > 0 && !(await output(decoded.subarray(0, length)))) this.#open = false
  }

  /** In a list, what stands between units is missing before the first. */
  #read(text: Uint8Array, at: number): boolean {
    if (this.#form.next(text, at, this.#unit)) return true
    return this.consumed === 0 && at === 0 && this.#form.period === 1 && this.#form.first(text, at, this.#unit)
  }

  /** A unit that is not whole, such as a padded group of base64, is the last. */
  #take(decoded: Uint8Array, length: number): number {
    for (let index = 0; index < this.#unit.count; index++) {
      const value = this.#unit.values[index] ?? UNKNOWN
      if (value === UNKNOWN) {
        this.#open = false
        break
      }
      decoded[length++] = value
    }
    return length
  }
}
