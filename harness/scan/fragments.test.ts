import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { FRAGMENT_LENGTH, needlesOf } from './needles.ts'
import type { Hit } from './scan.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('f1'.repeat(32))
const scanner = createScanner(key)
const { id, text } = new Mint(key).mint({
  role: 'payload',
  data: 'input',
  exchange: null,
  field: null,
  position: 'whole',
})

async function hitsIn(content: string): Promise<Hit[]> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  await stream.push(Buffer.from(content))
  await stream.end()
  return hits
}

test('needles are long enough, and as many as can be searched', () => {
  const needles = needlesOf(key, 2)
  expect(needles.length).toBeLessThan(4 * 3000)
  // Huffman's code takes less than a byte a character, and that of a whole magic is certain.
  const isHuffman = ({ chain }: (typeof needles)[number]): boolean => chain[0]?.name === 'hpack'
  expect(needles.filter(isHuffman)).toHaveLength(4 * 8)
  const short = needles.filter(needle => needle.bytes.length < 15 && !isHuffman(needle))
  expect(short.every(({ chain, length }) => chain.length === 0 && length === FRAGMENT_LENGTH)).toBe(true)
  expect(short).toHaveLength(4 * 9)
})

test('any 12 characters of a magic are evidence, 11 are nothing', async () => {
  for (const magic of [key.payload.a, key.payload.b]) {
    for (let start = 0; start + FRAGMENT_LENGTH <= 20; start++) {
      const part = magic.slice(start, start + FRAGMENT_LENGTH)
      expect(await hitsIn(`> ${part} <`), part).toMatchObject([
        { canary: '????????????', role: 'payload', via: [], offset: 2, length: FRAGMENT_LENGTH, confirmed: false },
      ])
      expect(await hitsIn(`> ${part.slice(1)} <`)).toEqual([])
    }
  }
})

test('a fragment with a role letter is certain from 14 characters on', async () => {
  const tail = (characters: number): string => text.slice(20 - characters, 24)
  expect(await hitsIn(`.${tail(13)}.`)).toMatchObject([{ confirmed: false }])
  expect(await hitsIn(`.${tail(14)}.`)).toMatchObject([{ confirmed: true, canary: `${id.slice(0, 4)}????????` }])
})

test('base64 is found wherever its lines break', async () => {
  for (const before of ['', 'x', 'xx']) {
    const encoded = Buffer.from(`${before}${text} and more`).toString('base64')
    for (const width of [64, 76]) {
      for (let column = 1; column <= encoded.length; column++) {
        for (const lineEnd of ['\n', '\r\n']) {
          const lines = [
            encoded.slice(0, column),
            ...(encoded.slice(column).match(new RegExp(`.{1,${width}}`, 'g')) ?? []),
          ]
          const hits = await hitsIn(lines.join(lineEnd))
          expect(
            hits.map(hit => [hit.canary, hit.via, hit.confirmed]),
            lines.join(' '),
          ).toEqual([[id, ['base64'], true]])
        }
      }
    }
  }
})

test('quoted-printable is found wherever a soft break stands', async () => {
  const all = Buffer.from(text).toString('hex').toUpperCase().replace(/../g, '=$&')
  for (let column = 3; column < all.length; column += 3) {
    const hits = await hitsIn(`${all.slice(0, column)}=\r\n${all.slice(column)}`)
    expect(hits.map(hit => [hit.canary, hit.via, hit.confirmed])).toEqual([[id, ['quoted-printable'], true]])
  }
  for (let column = 1; column < text.length; column++) {
    const hits = await hitsIn(`said ${text.slice(0, column)}=\r\n${text.slice(column)}`)
    expect(hits.map(hit => [hit.canary, hit.via, hit.confirmed])).toEqual([[id, ['quoted-printable'], true]])
  }
})

test('a token and a data URL are read as what they hold', async () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = `${part({ alg: 'HS256' })}.${part({ sub: text })}.c2lnbmF0dXJl`
  expect(await hitsIn(token)).toMatchObject([{ canary: id, via: ['base64'], confirmed: true }])
  const url = `data:text/plain;base64,${Buffer.from(text).toString('base64')}`
  expect(await hitsIn(url)).toMatchObject([{ canary: id, via: ['base64'], confirmed: true }])
  expect(await hitsIn(JSON.stringify(Buffer.from(text)))).toMatchObject([{ canary: id, via: ['decimal'] }])
})
