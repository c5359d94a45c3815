import { expect, test } from '@playwright/test'
import { closureOf } from './closure.ts'
import { encoders } from './encoders.ts'
import { RunKey } from './key.ts'
import { peel } from './peel.ts'

const { payload } = RunKey.fromHex('c0'.repeat(32))
const text = Buffer.from(payload.a)
const nameOf = (needle: { chain: readonly { name: string }[] }): string =>
  needle.chain.map(({ name }) => name).join(' › ')

test('needles are distinct, and the shortest chain names each', () => {
  const needles = closureOf(text, 'text')
  expect(new Set(needles.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))).size).toBe(needles.length)
  expect(needles.filter(({ chain }) => chain.length === 0).map(({ bytes }) => bytes)).toEqual([text])
  expect(Math.max(...needles.map(({ chain }) => chain.length))).toBe(2)
  expect(Math.min(...needles.map(({ bytes }) => bytes.length))).toBeGreaterThanOrEqual(10)
  expect(needles.length).toBeLessThan(3000)
})

test('the closure holds what independent encoders write', () => {
  const has = (bytes: Uint8Array | string): string[] =>
    closureOf(text, 'text')
      .filter(needle => Buffer.compare(Buffer.from(needle.bytes), Buffer.from(bytes)) === 0)
      .map(nameOf)
  const wide = Buffer.from(payload.a, 'utf16le')
  expect(has(payload.a)).toEqual([''])
  expect(has(text.toString('hex'))).toEqual(['hex'])
  expect(has(text.toString('hex').toUpperCase())).toEqual(['hex'])
  expect(has(wide)).toEqual(['utf16le'])
  expect(has(Buffer.from(wide).swap16())).toEqual(['utf16be'])
  expect(has(text.toString('base64').replace(/.=+$/, ''))).toEqual(['base64'])
  expect(has(wide.toString('hex'))).toEqual(['hex › utf16le'])
  expect(has(text.toString('hex').replace(/../g, '%$&'))).toEqual(['percent'])
  const escaped = text.toString('hex').replace(/../g, '\\u00$&')
  expect(has(escaped)).toEqual(['json'])
  expect(has(JSON.stringify(escaped).slice(1, -1))).toEqual(['json › json'])
  expect(has(encodeURIComponent(escaped))).toEqual(['percent › json'])
})

test('UTF-16 stands over text only', () => {
  const isWide = ({ name }: { name: string }): boolean => name.startsWith('utf16')
  expect(closureOf(text, 'text').filter(({ chain }) => chain.filter(isWide).length > 1)).toEqual([])
  const overBytes = closureOf(Uint8Array.of(0x1f, 0x8b, 8), 'bytes')
  expect(overBytes.filter(({ chain }) => chain.length === 1 && chain.some(isWide))).toEqual([])
})

test('every needle occurs in the encoded text at some alignment, and peels to the text around it', () => {
  let peeledNeedles = 0
  for (const needle of closureOf(text, 'text')) {
    for (const before of ['x', 'xy', 'xyz', 'wxyz']) {
      const whole = needle.chain.reduceRight(
        (layer, { encode }) => encode(layer),
        Buffer.from(`${before}${payload.a}#tail of it`) as Uint8Array,
      )
      const at = Buffer.from(whole).indexOf(needle.bytes)
      if (at === -1) continue
      peeledNeedles++
      const { codes, at: start } = peel(whole, at, needle.chain)
      const read = Array.from({ length: 25 }, (_, index) => String.fromCharCode(codes[start + index] ?? 63)).join('')
      expect(read, nameOf(needle)).toBe(`${payload.a}#tail`)
    }
  }
  expect(peeledNeedles).toBeGreaterThan(150)
})

test('raw ranges of peeled characters are those that encode them', () => {
  const bytes = Buffer.from(`{"a":"${Buffer.from(`ab${payload.a}cd`).toString('base64')}"}`)
  const chain = encoders.filter(({ name, form }) => name === 'base64' && form.skip === 2)
  const at = bytes.indexOf(chain[0]?.encode(text) ?? 'none')
  const peeled = peel(bytes, at, chain)
  expect([peeled.from(peeled.at), peeled.to(peeled.at + 19)]).toEqual([8, 36])
})
