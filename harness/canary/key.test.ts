import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { LetheError } from '../model/error.ts'
import { RunKey } from './key.ts'

const secret = Uint8Array.from({ length: 32 }, (_, index) => index)
const place = (text: string, position: number): boolean =>
  [...text].every((char, index) => ((position + index) % 5 === 4 ? /[0-9]/ : /[a-z]/).test(char))

test('a key comes back from its hex with the same magics', () => {
  const key = RunKey.create(() => secret)
  const again = RunKey.fromHex(key.hex)
  expect(again.payload).toEqual(key.payload)
  expect(again.decoy).toEqual(key.decoy)
  expect(key.commitment).toBe(createHash('sha256').update(secret).digest('hex'))
})

test('magics have 20 characters, a digit at every fifth place of the canary', () => {
  for (let round = 0; round < 50; round++) {
    const key = RunKey.create()
    for (const magic of [key.payload, key.decoy]) {
      expect(magic.a).toHaveLength(20)
      expect(magic.b).toHaveLength(20)
      expect(place(magic.a, 0)).toBe(true)
      expect(place(magic.b, 32)).toBe(true)
    }
    expect(new Set([key.payload.a, key.payload.b, key.decoy.a, key.decoy.b]).size).toBe(4)
  }
})

test('letters and digits of magics are uniform', () => {
  const counts = new Map<string, number>()
  for (let round = 0; round < 1000; round++) {
    const { payload, decoy } = RunKey.create(() => new Uint8Array(createHash('sha256').update(String(round)).digest()))
    for (const char of payload.a + payload.b + decoy.a + decoy.b) counts.set(char, (counts.get(char) ?? 0) + 1)
  }
  for (const [alphabet, expected] of [
    ['abcdefghijklmnopqrstuvwxyz', 64_000 / 26],
    ['0123456789', 16_000 / 10],
  ] as const) {
    for (const char of alphabet) {
      expect(Math.abs((counts.get(char) ?? 0) - expected)).toBeLessThan(5 * Math.sqrt(expected))
    }
  }
})

test('a key keeps its secret when the caller reuses the bytes', () => {
  const bytes = Uint8Array.from(secret)
  const key = RunKey.create(() => bytes)
  const before = key.subkey('x')
  bytes.fill(0)
  expect(key.subkey('x').equals(before)).toBe(true)
  expect(key.subkey('y').equals(before)).toBe(false)
})

test('what is not a key is refused with its code', () => {
  for (const text of ['', 'ab', 'g'.repeat(64), `${'a'.repeat(64)}\n`]) {
    expect(() => RunKey.fromHex(text)).toThrow(LetheError)
    expect(() => RunKey.fromHex(text)).toThrow(expect.objectContaining({ code: 'KEY_UNREADABLE' }))
  }
})
