/** Kinds of references back that make chance impossible. */
const CERTAIN = 16

/** Kinds of references back: how far, and how much. Data that repeat themselves have one kind in plenty. */
export class CopyKinds {
  readonly #kinds = new Set<string>()

  add(distance: number, length: number): void {
    if (this.#kinds.size < CERTAIN) this.#kinds.add(`${distance} ${length}`)
  }

  get isNone(): boolean {
    return this.#kinds.size === 0
  }

  /** There are so many that these are no other bytes. */
  get isCertain(): boolean {
    return this.#kinds.size === CERTAIN
  }
}
