import type { Reading } from './reading.ts'

/** A reading with its place in the layer. */
export interface Candidate {
  readonly reading: Reading
  readonly from: number
  readonly to: number
  readonly sha256: string
}

/** Two readings of the same bytes, such as from both magics: the middle of one lies within the other. */
export function isSameOrigin(one: Candidate, other: Candidate): boolean {
  const isWithin = (inner: Candidate, outer: Candidate): boolean => {
    const middle = (inner.from + inner.to) / 2
    return outer.from <= middle && middle < outer.to
  }
  return isWithin(one, other) || isWithin(other, one)
}

/** A reading that tells more, or as much of it in the right place. */
export function isBetter(one: Reading, other: Reading): boolean {
  if (one.characters !== other.characters) return one.characters > other.characters
  return one.aligned && !other.aligned
}
