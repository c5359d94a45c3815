import type { Codes } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { skipLineEnd } from './line-end.ts'

/** The characters of one group of an encoding that turns so many bytes into so many characters, wrapped or not. */
export class Group {
  /** what each character stands for, or UNKNOWN where there is none */
  readonly values: number[]
  /** where each character stands */
  readonly places: number[]
  /** how many characters are known, from the first on */
  known = 0
  readonly #meaning: (code: number) => number

  /** @param meaning what a code stands for, or UNKNOWN */
  constructor(size: number, meaning: (code: number) => number) {
    this.values = Array.from({ length: size }, () => UNKNOWN)
    this.places = Array.from({ length: size }, () => 0)
    this.#meaning = meaning
  }

  get start(): number {
    return this.places[0] ?? 0
  }

  get end(): number {
    return (this.places.at(-1) ?? 0) + 1
  }

  /** Reads characters `index` and on, forward from `at`; after the first that is none, the rest is unknown. */
  readForward(codes: Codes, at: number, index: number): void {
    let open = true
    for (this.known = index; index < this.values.length; index++, at++) {
      if (open) at = skipLineEnd(codes, at, 1)
      open = this.#put(codes, at, index, open)
      if (open) this.known++
    }
  }

  /** Reads characters `index` and before, backward from `at`. */
  readBackward(codes: Codes, at: number, index: number): void {
    let open = true
    for (; index >= 0; index--, at--) {
      if (open) at = skipLineEnd(codes, at, -1)
      open = this.#put(codes, at, index, open)
    }
  }

  #put(codes: Codes, at: number, index: number, open: boolean): boolean {
    const value = open ? this.#meaning(codes[at] ?? UNKNOWN) : UNKNOWN
    this.values[index] = value
    this.places[index] = at
    return value !== UNKNOWN
  }
}
