import type { Budget } from './budget.ts'
import type { Cover, Covers } from './covers.ts'
import type { Decoder, Decoding } from './decoders/decoder.ts'

/** Where what comes out of a container is scanned. */
export interface Contents {
  push(bytes: Uint8Array): Promise<void>
  end(): Promise<void>
}

/** Says something of a container now, later or never: only once it is certain that it and all around it are containers. */
export type Tell = (say: () => void) => void

/** More than are ever told. */
const MOST_UNTOLD = 200

/** Small enough that a false container ends before it has cost much. */
const SLICE = 8192

/** A container that was found in a layer: it is fed with the layer's bytes until it ends. */
export class Container {
  readonly #name: string
  readonly #decoder: Decoder
  readonly #decoding: Decoding
  readonly #covers: Covers
  readonly #cover: Cover
  readonly #budget: Budget
  readonly #isAtBegin: boolean
  readonly #openContents: (cover: Cover, tell: Tell) => Contents
  readonly #tell: Tell
  #contents: Contents | null = null
  #fed: number
  #unpacked = 0
  #open = true
  /** what is to be said if this is a container */
  #untold: (() => void)[] = []

  /**
   * @param isAtBegin a layer begins with it, which no other bytes do
   * @param openContents opens what its contents are scanned by, from its part of the layer
   * @param tell says what is to be said of the layer that it stands in
   */
  constructor(
    name: string,
    decoder: Decoder,
    start: number,
    isAtBegin: boolean,
    covers: Covers,
    budget: Budget,
    openContents: (cover: Cover, tell: Tell) => Contents,
    tell: Tell,
  ) {
    this.#name = name
    this.#decoder = decoder
    this.#decoding = decoder.open()
    this.#covers = covers
    this.#cover = covers.open(start)
    this.#budget = budget
    this.#openContents = openContents
    this.#isAtBegin = isAtBegin
    this.#tell = tell
    this.#fed = start
    budget.open()
  }

  get isOpen(): boolean {
    return this.#open
  }

  /** Whether a container that begins at `start` comes out of this one anyway: of a frame, or of further text of it. */
  holds(decoder: Decoder, start: number): boolean {
    const { start: begin, end } = this.#cover
    if (this.#decoder.kind === 'frame') return begin < start && start < end
    if (decoder.name !== this.#decoder.name || decoder.period === null) return false
    return begin <= start && start < end && (start - begin) % decoder.period === 0
  }

  /** @param position of the first of `bytes` in the layer; bytes that it has had already are left out */
  async feed(bytes: Uint8Array, position: number): Promise<void> {
    const fresh = bytes.subarray(Math.max(0, this.#fed - position))
    for (let at = 0; at < fresh.length && this.#open; at += SLICE) {
      const slice = fresh.subarray(at, at + SLICE)
      this.#fed += slice.length
      if (!(await this.#decoding.write(slice, this.#output))) await this.end()
    }
  }

  async end(): Promise<void> {
    if (!this.#open) return
    this.#open = false
    await this.#decoding.end(this.#output)
    await this.#contents?.end()
    this.#cover.end = this.#cover.start + this.#decoding.consumed
    const isStore = this.#decoder.kind === 'store' && this.#decoding.consumed > 0
    const { damage, consumed, isCertain } = this.#decoding
    this.#budget.close(this.#contents !== null || isStore, damage === null && consumed > 0 && isCertain)
    this.#settle()
  }

  /** Says `tell` once this is a container for certain: of what only looks like one, nothing is said. */
  readonly whenCertain: Tell = say => {
    if (this.#untold.length < MOST_UNTOLD) this.#untold.push(say)
  }

  #settle(): void {
    const { damage } = this.#decoding
    const isOfWeight = this.#untold.length > 0 || damage !== null || this.#contents !== null
    this.#cover.isCertain = isOfWeight && (this.#isAtBegin || this.#decoding.isCertain)
    const untold = this.#untold
    this.#untold = []
    if (!this.#cover.isCertain) return
    for (const say of untold) this.#covers.addDamage(this.#cover, () => this.#tell(say))
    const note = noteOf(this.#budget, `${this.#name}: ${damage}`)
    if (damage !== null) this.#covers.addDamage(this.#cover, () => this.#tell(note))
  }

  readonly #output = async (bytes: Uint8Array): Promise<boolean> => {
    this.#unpacked += bytes.length
    const fromOne = this.#decoder.kind === 'store' ? bytes.length : this.#unpacked
    const excess = this.#budget.unpack(bytes.length, fromOne)
    if (excess !== null) {
      this.#budget.note(`${this.#name} was not unpacked to its end: ${excess}`)
      return false
    }
    this.#contents ??= this.#openContents(this.#cover, this.whenCertain)
    await this.#contents.push(bytes)
    return true
  }
}

function noteOf(budget: Budget, reason: string): () => void {
  return () => budget.noteDamage(reason)
}
