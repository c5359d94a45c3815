import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { type Line, Lines } from './lines.ts'

function split(chunks: readonly Uint8Array[]): Line[] {
  const found: Line[] = []
  const lines = new Lines(line => found.push(line))
  for (const chunk of chunks) lines.push(chunk)
  lines.end()
  return found
}

test('any split into chunks gives the same lines', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\n]*$/)), fc.array(fc.nat(200)), (texts, cuts) => {
      const bytes = Buffer.from(texts.map(text => `${text}\n`).join(''))
      const at = [0, ...cuts.map(cut => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
      const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end))
      expect(split(chunks).map(({ text }) => text)).toEqual(texts.map(text => Buffer.from(text).toString()))
    }),
    { numRuns: 300 },
  )
})

test('a line of 3 MiB is cut at 1 MiB and said; the next is whole', () => {
  const found = split([Buffer.alloc(2 ** 20, 'a'), Buffer.alloc(2 ** 21, 'a'), Buffer.from('\nnext\nlast')])
  expect(found.map(({ text, number, cut }) => [text.length, number, cut])).toEqual([
    [2 ** 20, 1, true],
    [4, 2, false],
    [4, 3, false],
  ])
})
