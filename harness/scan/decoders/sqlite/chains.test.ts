import { expect, test } from '@playwright/test'
import { OverflowChains } from './chains.ts'

const SIZE = 512
const LAST = 400_000

/** A page that only goes on to another one. */
function overflowPage(next: number, letter: string): Buffer {
  const page = Buffer.alloc(SIZE, letter)
  page.writeUInt32BE(next)
  return page
}

/** A leaf with one cell, of a value of so many bytes that goes on in page `next`. */
function leaf(bytes: number, next: number): Buffer {
  const page = Buffer.alloc(SIZE, 'h')
  page.write('0d000000010064000064', 'hex')
  const size = [bytes >> 14, (bytes >> 7) & 0x7f, bytes & 0x7f]
  Buffer.from([(size[0] ?? 0) | 0x80, (size[1] ?? 0) | 0x80, size[2] ?? 0, 1]).copy(page, 100)
  const least = Math.floor(((SIZE - 12) * 32) / 255) - 23
  const fitting = least + ((bytes - least) % (SIZE - 4))
  page.writeUInt32BE(next, 104 + (fitting <= SIZE - 35 ? fitting : least))
  return page
}

/** Values without what sets them apart, in short. */
const texts = (chains: OverflowChains): string[] =>
  chains.take().flatMap((value, index) =>
    index % 2
      ? []
      : [
          `${value.length} ${Buffer.from(value)
            .toString('latin1')
            .replace(/(.)\1+/g, '$1')}`,
        ],
  )

test('pages are joined in their order, whether they come before or after the beginning of their value', () => {
  for (const order of [
    [2, 3, 4, 5],
    [5, 4, 3, 2],
    [3, 2, 5, 4],
  ]) {
    const chains = new OverflowChains(SIZE, 9)
    const pages = new Map([
      [2, leaf(1400, 3)],
      [3, overflowPage(5, 'a')],
      [5, overflowPage(4, 'b')],
      [4, overflowPage(0, 'c')],
    ])
    for (const number of order) chains.page(number, pages.get(number) ?? Buffer.alloc(SIZE))
    expect(texts(chains).join()).toMatch(/^1400 hab/)
    chains.end()
    expect(texts(chains)).toEqual([])
    expect(chains.damage).toBeNull()
  }
})

test('pages that no value asks for are joined, and pages that lead to each other are no endless way', () => {
  const chains = new OverflowChains(SIZE, 9)
  for (const [number, next, letter] of [
    [4, 6, 'a'],
    [6, 0, 'b'],
    [7, 8, 'c'],
    [8, 7, 'd'],
    [9, 9, 'e'],
  ] as const)
    chains.page(number, overflowPage(next, letter))
  chains.end()
  expect(texts(chains).sort()).toEqual(['1016 ab', '1016 cd'])
})

test('what takes too much memory is passed on early, and a value that comes later says so', () => {
  const chains = new OverflowChains(SIZE, LAST)
  const longest = 300_000
  for (let number = 3; number < longest; number += 2) {
    chains.page(number, overflowPage(number + 1, 'a'))
    chains.page(number + 1, overflowPage(0, 'b'))
  }
  expect(chains.take().length).toBeGreaterThan(100_000)
  expect(chains.damage).toBeNull()
  chains.page(longest + 1, leaf(1400, longest - 3))
  expect(chains.damage).toBeNull()
  chains.page(longest + 2, leaf(1400, 3))
  expect(chains.damage).toMatch(/were not put together/)
})
