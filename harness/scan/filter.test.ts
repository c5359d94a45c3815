import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import type { Filter, Match } from './filter.ts'
import { PairFilter } from './pair-filter.ts'
import { WordFilter } from './word-filter.ts'

const SIZE = 256
const letters = fc.constantFrom(...Buffer.from('abc\0'))
const stringOf = (minLength: number): fc.Arbitrary<Uint8Array> =>
  fc.array(letters, { minLength, maxLength: minLength + 9 }).map(codes => Uint8Array.from(codes))

function padded(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(SIZE))
  bytes.set(content)
  return bytes
}

/** Looks at every place for every needle. */
function naive(needles: readonly Uint8Array[], bytes: Uint8Array, from: number, to: number, end: number): Match[] {
  const matches: Match[] = []
  for (let at = from; at < to; at++) {
    for (const [needle, wanted] of needles.entries()) {
      const fits = at + wanted.length <= end && wanted.every((byte, index) => bytes[at + index] === byte)
      if (fits) matches.push({ needle, at })
    }
  }
  return matches
}

function sameAsNaive(shortest: number, create: (needles: readonly Uint8Array[]) => Filter): void {
  const property = fc.property(
    fc.array(stringOf(shortest), { minLength: 1, maxLength: 6 }),
    fc.array(letters, { maxLength: 120 }),
    fc.array(fc.nat(), { maxLength: 5 }),
    fc.tuple(fc.nat(SIZE), fc.nat(SIZE), fc.nat(SIZE)),
    (needles, noise, planted, range) => {
      const parts = planted.flatMap((pick, index) => [
        needles[pick % needles.length] ?? new Uint8Array(0),
        Uint8Array.from(noise.slice(index * 9, index * 9 + (pick % 9))),
      ])
      const bytes = padded(Buffer.concat([Uint8Array.from(noise), ...parts]).subarray(0, SIZE))
      const [from = 0, to = 0, end = 0] = [...range].sort((a, b) => a - b)
      expect(create(needles).find(bytes, from, to, end)).toEqual(naive(needles, bytes, from, to, end))
      expect(create(needles).find(bytes, 0, SIZE, SIZE)).toEqual(naive(needles, bytes, 0, SIZE, SIZE))
    },
  )
  fc.assert(property, { numRuns: 400, seed: 7 })
}

test('the word filter finds what a look at every place finds', () => {
  sameAsNaive(11, needles => new WordFilter(needles))
})

test('the pair filter finds what a look at every place finds', () => {
  sameAsNaive(3, needles => new PairFilter(needles))
})

test('a needle is found at each place of the last words', () => {
  const needle = Buffer.from('abcdefghijk')
  for (let at = 0; at + needle.length <= SIZE; at++) {
    const bytes = padded(Buffer.concat([Buffer.alloc(at), needle]))
    expect(new WordFilter([needle]).find(bytes, 0, SIZE, SIZE)).toEqual([{ needle: 0, at }])
    expect(new PairFilter([needle.subarray(0, 3)]).find(bytes, 0, SIZE, SIZE)).toEqual([{ needle: 0, at }])
  }
})
