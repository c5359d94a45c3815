import type { Canary, CanaryRecord } from '../model/canary.ts'
import { fillerText } from './filler.ts'
import type { Fill } from './surface.ts'

/** Makes a canary that is unlike every other of the run, and remembers what it stands for. */
export type MintCanary = (about: Omit<CanaryRecord, 'id'>) => Canary

/** The three canaries of a long text. */
interface Placed {
  readonly head: string
  readonly middle: string
  readonly tail: string
}

/**
 * Ordinary words with a canary as the first, the middle and the last one. Exactly `bytes` long where that is enough for
 * three canaries with a word between them; else as short as that can be.
 */
export function longText(seed: string, bytes: number, { head, middle, tail }: Placed): string {
  const spaces = 4
  const free = Math.max(2, bytes - head.length - middle.length - tail.length - spaces)
  const before = Math.floor(free / 2)
  const gaps = [fillerText(`${seed} before`, before), fillerText(`${seed} after`, free - before)]
  return [head, gaps[0], middle, gaps[1], tail].join(' ')
}

/** Fills the fields of one exchange; every field gets canaries of its own. */
export class ExchangeFill implements Fill {
  /** everything minted so far, in order */
  readonly canaries: Canary[] = []
  readonly #exchange: string
  readonly #size: number
  readonly #mint: MintCanary

  /** `size` in bytes, for long fields */
  constructor(exchange: string, size: number, mint: MintCanary) {
    this.#exchange = exchange
    this.#size = size
    this.#mint = mint
  }

  long(field: string): string {
    return longText(this.#seed(field), this.#size, {
      head: this.#canary(field, 'head'),
      middle: this.#canary(field, 'middle'),
      tail: this.#canary(field, 'tail'),
    })
  }

  short(field: string): string {
    const canary = this.#canary(field, 'middle')
    return `${fillerText(`${this.#seed(field)} before`, 12)} ${canary} ${fillerText(`${this.#seed(field)} after`, 12)}`
  }

  bare(field: string): string {
    return this.#canary(field, 'whole')
  }

  #canary(field: string, position: CanaryRecord['position']): string {
    const canary = this.#mint({ role: 'payload', data: 'input', exchange: this.#exchange, field, position })
    this.canaries.push(canary)
    return canary.text
  }

  #seed(field: string): string {
    return `${this.#exchange} ${field}`
  }
}
