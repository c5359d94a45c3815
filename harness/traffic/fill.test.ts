import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Canary } from '../model/canary.ts'
import { ExchangeFill } from './fill.ts'

const key = RunKey.fromHex('5c'.repeat(32))

function fillOf(size: number, exchange = 'x1'): ExchangeFill {
  const mint = new Mint(key)
  return new ExchangeFill(exchange, size, about => mint.mint(about))
}

const textsOf = (canaries: readonly Canary[]) => canaries.map(canary => canary.text)

for (const size of [200, 201, 4096, 1_048_576]) {
  test(`a long text of ${size} bytes has that size, with canaries at head, middle and tail`, () => {
    const fill = fillOf(size)
    const text = fill.long('prompt')
    const [head = '', middle = '', tail = ''] = textsOf(fill.canaries)
    expect(Buffer.byteLength(text)).toBe(size)
    expect(text.startsWith(`${head} `)).toBe(true)
    expect(text.endsWith(` ${tail}`)).toBe(true)
    const centre = text.indexOf(` ${middle} `) + 1 + middle.length / 2
    expect(Math.abs(centre - size / 2)).toBeLessThan(3)
    expect(fill.canaries.map(canary => canary.position)).toEqual(['head', 'middle', 'tail'])
  })
}

test('a canary says which exchange and field carried it', () => {
  const fill = fillOf(300)
  fill.bare('user')
  fill.short('tools[0].function.description')
  expect(fill.canaries).toMatchObject([
    { role: 'payload', data: 'input', exchange: 'x1', field: 'user', position: 'whole' },
    { role: 'payload', data: 'input', exchange: 'x1', field: 'tools[0].function.description', position: 'middle' },
  ])
})

test('a bare text is the canary alone, a short one has words around it', () => {
  const fill = fillOf(300)
  const bare = fill.bare('user')
  const short = fill.short('title')
  const [first = '', second = ''] = textsOf(fill.canaries)
  expect(bare).toBe(first)
  expect(short).toMatch(new RegExp(`^[a-z ]+ ${second} [a-z ]+$`))
})

test('the words follow from exchange and field', () => {
  expect(fillOf(4096).long('prompt')).toBe(fillOf(4096).long('prompt'))
  const words = (text: string) => text.split(' ').filter(word => !/\d/.test(word))
  expect(words(fillOf(4096, 'x2').long('prompt'))).not.toEqual(words(fillOf(4096).long('prompt')))
  expect(new Set(words(fillOf(1_048_576).long('prompt'))).size).toBeGreaterThan(60)
})
