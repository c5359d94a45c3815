import { expect, test } from '@playwright/test'
import { CERTAIN_CHARACTERS, expectedFalseHits, magicBits } from './chance.ts'
import { RunKey } from './key.ts'

test('bits of a magic are those of its letters and digits, counted at the place with the most digits', () => {
  expect(magicBits(0)).toBe(0)
  expect(2 ** magicBits(1)).toBeCloseTo(10)
  expect(2 ** magicBits(2)).toBeCloseTo(260)
  expect(2 ** magicBits(5)).toBeCloseTo(10 * 26 ** 4)
  expect(magicBits(12)).toBeCloseTo(52.27, 2)
  expect(magicBits(20)).toBeCloseTo(88.5, 1)
})

test('few characters are hit as often as expected; enough of them, never', () => {
  const characters = 3
  const runs = 1000
  const keyOf = (number: number): RunKey => RunKey.fromHex((0x1000 + number).toString(16).repeat(16))
  // The worst text that there can be: spelled as magics are, so that every fifth place has a digit where they have it.
  const text = Array.from({ length: 100 }, (_, index) => keyOf(5000 + index).payload.a).join('')
  let hits = 0
  for (let run = 0; run < runs; run++) {
    const needle = keyOf(run).payload.a.slice(2, 2 + characters)
    for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) hits++
  }
  const expected = expectedFalseHits(text.length / 5, runs, characters)
  expect(expected).toBeGreaterThan(50)
  expect(hits).toBeGreaterThan(expected * 0.6)
  expect(hits).toBeLessThan(expected * 1.4)
  expect(expectedFalseHits(2 ** 30, 2000, CERTAIN_CHARACTERS)).toBeLessThan(1e-6)
  expect(expectedFalseHits(2 ** 40, 10_000, 20)).toBeLessThan(1e-9)
  expect(expectedFalseHits(0, 2000, 12)).toBe(0)
})
