import type { Codes, Decoding, Form } from './form.ts'
import { UNKNOWN, Unit } from './form.ts'

/** Decoded text, with the range of raw bytes that each of its characters came from. */
export interface Peeled {
  readonly codes: Codes
  /** where in `codes` the needle's text begins */
  readonly at: number
  /** the first raw byte, and the byte after the last, that code `index` came from; the nearest ones where it was cut off */
  from(index: number): number
  to(index: number): number
}

/** Decodes outward from a needle that was found at `at`, along its chain, as far as the bytes allow on both sides. */
export function peel(bytes: Uint8Array, at: number, chain: readonly Decoding[]): Peeled {
  let peeled: Peeled = {
    codes: bytes,
    at,
    from: index => Math.max(index, 0),
    to: index => Math.min(index + 1, bytes.length),
  }
  for (const encoder of chain) peeled = peelOne(peeled, encoder.form)
  return peeled
}

function peelOne(outer: Peeled, form: Form): Peeled {
  const before = readBefore(outer, form)
  const after = readAfter(outer, form)
  before.reverse()
  return new Inner(outer, before, after, form.skip)
}

/** One decoded byte and the codes of the outer layer that it came from. */
interface Decoded {
  readonly value: number
  readonly from: number
  readonly to: number
}

function decodedOf(unit: Unit, index: number): Decoded {
  return { value: unit.values[index] ?? UNKNOWN, from: unit.from[index] ?? 0, to: unit.to[index] ?? 0 }
}

function readAfter(outer: Peeled, form: Form): Decoded[] {
  const unit = new Unit()
  const decoded: Decoded[] = []
  let isUnit = form.first(outer.codes, outer.at, unit)
  while (isUnit) {
    for (let index = 0; index < unit.count; index++) decoded.push(decodedOf(unit, index))
    isUnit = form.next(outer.codes, unit.end, unit)
  }
  return decoded
}

/** What comes before the needle's first unit, last byte first. */
function readBefore(outer: Peeled, form: Form): Decoded[] {
  const unit = new Unit()
  const decoded: Decoded[] = []
  if (!form.first(outer.codes, outer.at, unit)) return decoded
  while (form.previous(outer.codes, unit.start, unit)) {
    for (let index = unit.count - 1; index >= 0; index--) decoded.push(decodedOf(unit, index))
  }
  return decoded
}

class Inner implements Peeled {
  readonly codes: Codes
  readonly at: number
  readonly #outer: Peeled
  readonly #decoded: readonly Decoded[]

  constructor(outer: Peeled, before: readonly Decoded[], after: readonly Decoded[], skip: number) {
    this.#outer = outer
    this.#decoded = [...before, ...after]
    this.codes = this.#decoded.map(byte => byte.value)
    this.at = before.length + skip
  }

  from(index: number): number {
    return this.#outer.from(this.#nearest(index)?.from ?? this.#outer.at)
  }

  to(index: number): number {
    return this.#outer.to((this.#nearest(index)?.to ?? this.#outer.at) - 1)
  }

  #nearest(index: number): Decoded | undefined {
    return this.#decoded[Math.min(Math.max(index, 0), this.#decoded.length - 1)]
  }
}
