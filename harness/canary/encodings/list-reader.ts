import type { Codes, Unit } from '../form.ts'

/** How the numbers of a list are written. */
export interface ListStyle {
  readonly name: string
  readonly base: 8 | 10 | 16
  /** before each number */
  readonly prefix: string
  readonly fewestDigits: number
  readonly mostDigits: number
  /** the largest number that may stand there */
  readonly most: number
  /** what may stand between two numbers, at least one of them */
  readonly separators: string
}

const LONGEST_SEPARATOR = 20

function digitOf(code: number | undefined, base: number): number {
  const value = Number.parseInt(String.fromCharCode(code ?? 0), base)
  return Number.isNaN(value) ? -1 : value
}

/** Reads lists of one style. */
export class ListReader {
  readonly #style: ListStyle
  readonly #prefix: Uint8Array
  readonly #separators: ReadonlySet<number>

  constructor(style: ListStyle) {
    this.#style = style
    this.#prefix = Buffer.from(style.prefix)
    this.#separators = new Set(Buffer.from(style.separators))
  }

  /** The number at `at`. What follows a decimal digit is the rest of another number. */
  first(codes: Codes, at: number, unit: Unit): boolean {
    if (!this.#hasPrefix(codes, at)) return false
    if (this.#style.base === 10 && digitOf(codes[at - 1], 10) >= 0) return false
    const begin = at + this.#prefix.length
    let end = begin
    while (end < begin + this.#style.mostDigits && digitOf(codes[end], this.#style.base) >= 0) end++
    return this.#toUnit(codes, begin, end, unit)
  }

  next(codes: Codes, at: number, unit: Unit): boolean {
    const begin = this.#skip(codes, at, 1)
    return begin > at && this.first(codes, begin, unit)
  }

  previous(codes: Codes, at: number, unit: Unit): boolean {
    const end = this.#skip(codes, at - 1, -1) + 1
    if (end === at) return false
    let begin = end
    while (begin > end - this.#style.mostDigits && digitOf(codes[begin - 1], this.#style.base) >= 0) begin--
    return this.#hasPrefix(codes, begin - this.#prefix.length) && this.#toUnit(codes, begin, end, unit)
  }

  #skip(codes: Codes, at: number, step: 1 | -1): number {
    for (let skipped = 0; skipped < LONGEST_SEPARATOR && this.#separators.has(codes[at] ?? -1); skipped++) at += step
    return at
  }

  #hasPrefix(codes: Codes, at: number): boolean {
    return this.#prefix.every((code, index) => codes[at + index] === code)
  }

  #toUnit(codes: Codes, begin: number, end: number, unit: Unit): boolean {
    if (end - begin < this.#style.fewestDigits) return false
    let value = 0
    for (let at = begin; at < end; at++) value = value * this.#style.base + digitOf(codes[at], this.#style.base)
    return value <= this.#style.most && unit.one(value, begin - this.#prefix.length, end)
  }
}
