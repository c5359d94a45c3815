import type { Budget } from './budget.ts'
import type { Cover } from './covers.ts'
import type { Decoding } from './decoders/decoder.ts'

/** Where what comes out of a container is scanned. */
export interface Contents {
  push(bytes: Uint8Array): Promise<void>
  end(): Promise<void>
}

/** A container that was found in a layer: it is fed with the layer's bytes until it ends. */
export class Container {
  readonly #name: string
  readonly #decoding: Decoding
  readonly #cover: Cover
  readonly #budget: Budget
  readonly #openContents: () => Contents
  #contents: Contents | null = null
  #fed: number
  #open = true

  constructor(name: string, decoding: Decoding, cover: Cover, budget: Budget, openContents: () => Contents) {
    this.#name = name
    this.#decoding = decoding
    this.#cover = cover
    this.#budget = budget
    this.#openContents = openContents
    this.#fed = cover.start
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** @param position of the first of `bytes` in the layer; bytes that it has had already are left out */
  async feed(bytes: Uint8Array, position: number): Promise<void> {
    if (!this.#open) return
    const fresh = bytes.subarray(this.#fed - position)
    this.#fed += fresh.length
    if (!(await this.#decoding.write(fresh, this.#output))) await this.end()
  }

  async end(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.#decoding.end(this.#output)
    await this.#contents?.end()
    this.#cover.end = this.#cover.start + this.#decoding.consumed
    this.#budget.close()
    if (this.#decoding.damage !== null) this.#budget.note(`${this.#name}: ${this.#decoding.damage}`)
  }

  readonly #output = async (bytes: Uint8Array): Promise<boolean> => {
    const excess = this.#budget.unpack(bytes.length)
    if (excess !== null) {
      this.#budget.note(`${this.#name} was not unpacked to its end: ${excess}`)
      return false
    }
    this.#contents ??= this.#openContents()
    await this.#contents.push(bytes)
    return true
  }
}
