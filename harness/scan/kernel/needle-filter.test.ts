import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import type { Match } from '../filter.ts'
import { Kernel } from './kernel.ts'
import { NeedleFilter } from './needle-filter.ts'

const SIZE = 256
const letters = fc.constantFrom(...Buffer.from('abc\0'))
const stringOf = (minLength: number): fc.Arbitrary<Uint8Array> =>
  fc.array(letters, { minLength, maxLength: minLength + 9 }).map(codes => Uint8Array.from(codes))

/** Looks at every place for every needle: what every filter must give. */
function naive(needles: readonly Uint8Array[], bytes: Uint8Array, from: number, to: number, end: number): Match[] {
  const stop = Math.min(end, bytes.length)
  const matches: Match[] = []
  for (let at = Math.max(0, from); at < Math.min(to, stop); at++) {
    for (const [needle, wanted] of needles.entries()) {
      const fits = at + wanted.length <= stop && wanted.every((byte, index) => bytes[at + index] === byte)
      if (fits) matches.push({ needle, at })
    }
  }
  return matches
}

/** A filter, and these bytes in its memory, where whatever stands around them is not zero. */
function resident(needles: readonly Uint8Array[], content: Uint8Array): [NeedleFilter, Uint8Array<ArrayBuffer>] {
  const kernel = new Kernel()
  const filter = new NeedleFilter(kernel, needles)
  const around = kernel.allocate(content.length + 64)
  new Uint8Array(kernel.buffer, around, content.length + 64).fill(0x61)
  const bytes = new Uint8Array(kernel.buffer, around + 32, content.length)
  bytes.set(content)
  return [filter, bytes]
}

function expectSame(needles: readonly Uint8Array[], content: Uint8Array, from: number, to: number, end: number): void {
  const expected = naive(needles, content, from, to, end)
  const [filter, bytes] = resident(needles, content)
  expect(filter.find(bytes, from, to, end)).toEqual(expected)
  expect(filter.find(Uint8Array.from(content), from, to, end)).toEqual(expected)
}

for (const [shortest, kind] of [
  [3, 'pairs'],
  [8, 'words of five'],
  [15, 'words of eight'],
] as const) {
  test(`${kind}: a filter finds what a look at every place finds`, () => {
    const property = fc.property(
      fc.array(stringOf(shortest), { minLength: 1, maxLength: 6 }),
      fc.array(letters, { maxLength: 120 }),
      fc.array(fc.nat(), { maxLength: 5 }),
      fc.tuple(fc.nat(SIZE + 20), fc.nat(SIZE + 20), fc.nat(SIZE + 20)),
      (needles, noise, planted, [from, to, end]) => {
        const parts = planted.flatMap((pick, index) => [
          needles[pick % needles.length] ?? new Uint8Array(0),
          Uint8Array.from(noise.slice(index * 9, index * 9 + (pick % 9))),
        ])
        const bytes = Buffer.concat([Uint8Array.from(noise), ...parts]).subarray(0, SIZE)
        expectSame(needles, bytes, from, to, end)
        expectSame(needles, bytes, 0, bytes.length, bytes.length)
      },
    )
    fc.assert(property, { numRuns: 200, seed: 7 })
  })
}

test('needles of every length, also prefixes and repetitions of others, are found at each place up to the last', () => {
  const text = Buffer.from('abcabcabcabcabcabcabcabc')
  const needles = Array.from({ length: 20 }, (_, index) => text.subarray(0, 3 + index))
  for (let at = 0; at <= 40; at++) {
    expectSame(needles, Buffer.concat([Buffer.alloc(at, 'x'), text]), 0, 100, 100)
    expectSame(needles, Buffer.concat([Buffer.alloc(at, 'x'), text, Buffer.from('\0\xff')]), at, at + 9, at + 17)
  }
})

test('more matches than there is room for at once are all found', () => {
  for (const length of [3, 4, 9, 20]) {
    const needles = Array.from({ length: 5 }, (_, index) => Buffer.alloc(length + index, 'a'))
    const bytes = Buffer.alloc(3001, 'a')
    expectSame(needles, bytes, 0, bytes.length, bytes.length)
  }
})

test('needles across the pieces in which bytes from elsewhere are copied are found once', () => {
  const needles = [Buffer.from('abc'), Buffer.from('abcdefghij'), Buffer.from('abcdefghijklmnopqrst')]
  const bytes = Buffer.alloc(2 ** 17 + 100, '.')
  for (const border of [2 ** 16, 2 ** 17]) for (let at = -25; at < 25; at += 5) bytes.write('abcde', border + at)
  bytes.write('abcdefghijklmnopqrst', 2 ** 16 - 7)
  expectSame(needles, bytes, 0, bytes.length, bytes.length)
  expectSame(needles, bytes, 5, 2 ** 16 - 1, 2 ** 16 + 3)
})

test('among tens of thousands of needles each is found, and nothing else in other bytes', () => {
  const random = Buffer.from(
    Array.from({ length: 400_000 }, (_, index) => (Math.imul(index, 0x9e3779b1) >>> 13) & 0xff),
  )
  const needles = Array.from({ length: 20_000 }, (_, index) =>
    random.subarray(20 * index, 20 * index + 3 + (index % 18)),
  )
  const [filter] = resident(needles, new Uint8Array(0))
  const found = new Set(
    filter.find(Uint8Array.from(random), 0, random.length, random.length).map(match => match.needle),
  )
  expect(found.size).toBe(needles.length)
  expect(filter.find(new Uint8Array(1000).fill(7), 0, 1000, 1000)).toEqual([])
})

test('no needles, no bytes, and ranges that hold nothing give nothing', () => {
  const bytes = Buffer.from('abcdefgh')
  for (const needles of [[], [Buffer.from('abc')]]) {
    expectSame(needles, new Uint8Array(0), 0, 0, 0)
    expectSame(needles, new Uint8Array(0), 0, 50, 50)
    expectSame(needles, bytes, 4, 4, 8)
    expectSame(needles, bytes, 6, 2, 8)
    expectSame(needles, bytes, 0, 8, 2)
    expectSame(needles, bytes, -9, 8, 8)
  }
  expectSame([Buffer.alloc(300, 'a')], Buffer.alloc(299, 'a'), 0, 299, 299)
})

test('a needle that is too short is refused', () => {
  expect(() => new NeedleFilter(new Kernel(), [Buffer.from('ab')])).toThrow(RangeError)
})
