import { expect, test } from '@playwright/test'
import { LiveFiles } from './live-files.ts'

test('a path that changes while it is looked at is looked at again, once', async () => {
  const looks: string[] = []
  const gate = Promise.withResolvers<void>()
  const files = new LiveFiles({
    look: async path => {
      looks.push(path)
      await gate.promise
      return 0
    },
    onOverflow: () => {},
    signal: new AbortController().signal,
  })
  for (const path of ['a', 'b', 'a', 'a']) files.changed(path)
  gate.resolve()
  await files.drained()
  expect(looks).toEqual(['a', 'b', 'a'])
})

test('more changes than can be followed are said', async () => {
  const stop = new AbortController()
  let overflow = 0
  const files = new LiveFiles({
    look: async () => 60_000,
    onOverflow: () => {
      overflow += 1
    },
    signal: stop.signal,
  })
  for (let n = 0; n < 100_050; n += 1) files.changed(`f${n}`)
  expect(overflow).toBe(34)
  stop.abort()
  await files.drained()
})
