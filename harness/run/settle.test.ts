import { expect, test } from '@playwright/test'
import type { OpenSink } from '../sinks/sink.ts'
import { settle } from './settle.ts'

function pulsing(pulse: () => string): OpenSink {
  return {
    plant: async () => {},
    pulse: async () => pulse(),
    scan: async () => ({ bytes: 0, items: 0, incomplete: [], skipped: [] }),
    [Symbol.asyncDispose]: async () => {},
  }
}

const signal = new AbortController().signal

test('returns once every sink has stood still', async () => {
  let beats = 0
  expect(
    await settle(
      [pulsing(() => String(Math.min(beats++, 3))), pulsing(() => 'still')],
      { quiet: 200, atMost: 5000 },
      signal,
    ),
  ).toBe(true)
  expect(beats).toBeGreaterThanOrEqual(5)
})

test('gives up on a sink that never stands still, and says so', async () => {
  let beats = 0
  expect(await settle([pulsing(() => String(beats++))], { quiet: 200, atMost: 600 }, signal)).toBe(false)
})

test('an interruption ends it', async () => {
  await expect(
    settle([pulsing(() => String(Math.random()))], { quiet: 200, atMost: 5000 }, AbortSignal.timeout(150)),
  ).rejects.toThrow()
})
