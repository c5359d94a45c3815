import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Hit, ScanStream } from './scan.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('c1'.repeat(32))
const mint = new Mint(key)
const scanner = createScanner(key)

interface Opened {
  readonly id: string
  readonly text: string
  readonly stream: ScanStream
  readonly hits: Hit[]
}

function opened(): Opened {
  const { id, text } = mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
  const hits: Hit[] = []
  return { id, text, hits, stream: scanner.open(hit => hits.push(hit)) }
}

test('more streams at once than there are windows in the filter’s memory each find their canary', async () => {
  const streams = Array.from({ length: 200 }, opened)
  const noise = Buffer.alloc(100_000, '-')
  for (const { stream } of streams) for (let part = 0; part < 3; part++) await stream.push(noise)
  for (const { stream, text } of streams) await stream.push(Buffer.from(text.slice(0, 25)))
  for (const { stream, text } of streams) await stream.push(Buffer.from(text.slice(25)))
  for (const { stream } of streams) await stream.push(noise)
  for (const { id, stream, hits } of streams) {
    expect(await stream.end()).toEqual({ bytes: 400_052, unpacked: 0, incomplete: [] })
    expect(hits.map(({ canary, offset }) => [canary, offset])).toEqual([[id, 300_000]])
  }
})

test('streams that were given up half-way leave the others as they are', async () => {
  for (let count = 0; count < 300; count++) await opened().stream.push(Buffer.from('a beginning without an end'))
  const { id, text, stream, hits } = opened()
  await stream.push(Buffer.from(`${'.'.repeat(300_000)}${text}`))
  await stream.end()
  expect(hits.map(({ canary }) => canary)).toEqual([id])
})
