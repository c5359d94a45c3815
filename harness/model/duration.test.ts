import { expect, test } from '@playwright/test'
import { milliseconds } from './duration.ts'

test('every unit that a schema lets through', () => {
  expect(['500ms', '10s', '2m', '24h', '7d'].map(milliseconds)).toEqual([500, 10_000, 120_000, 86_400_000, 604_800_000])
})

test('what no schema lets through is a defect of the caller', () => {
  for (const wrong of ['', '5', 's', '1 s', '1w', '-1s', '1.5s'])
    expect(() => milliseconds(wrong), wrong).toThrow(RangeError)
})
