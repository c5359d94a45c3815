import { expect, test } from '@playwright/test'
import { padded } from './padding.ts'

const body = Buffer.from('{"a":"first and middle and last","b":1}')

for (const bytes of [1, 65_535, 65_536, 65_537, 1_000_001]) {
  test(`${bytes} bytes of words go behind the first word and before the last one, and nothing else changes`, () => {
    const whole = Buffer.concat(padded(body, 'first and middle and last', bytes)).toString()
    expect(whole).toHaveLength(body.length + bytes)
    expect(whole).toMatch(/^\{"a":"first[a-z ]* and middle and[a-z ]* last","b":1\}$/)
    const [before = '', after = ''] = whole.split(' and middle and')
    expect(Math.abs(before.length - after.length)).toBeLessThan(40)
  })
}

test('64 MiB are the same few pieces many times', () => {
  const pieces = padded(body, 'first and middle and last', 64 * 1024 * 1024)
  const held = [...new Set(pieces)].reduce((sum, piece) => sum + piece.byteLength, 0)
  expect(held).toBeLessThan(100_000)
})

test('a body that has no such text, or a text of one word, is the harness’s own fault', () => {
  for (const text of ['elsewhere and last', 'middle']) {
    expect(() => padded(body, text, 10)).toThrow(expect.objectContaining({ code: 'HARNESS' }))
  }
})
