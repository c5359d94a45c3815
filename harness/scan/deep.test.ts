import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Hit } from './scan.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.create()
const { id, text } = new Mint(key).mint({
  role: 'payload',
  data: 'input',
  exchange: null,
  field: null,
  position: 'whole',
})

const STACKS: readonly (readonly [via: readonly string[], bytes: Uint8Array])[] = [
  [['base64', 'base64', 'base64'], base64(base64(base64(Buffer.from(text))))],
  [['hex', 'base64', 'utf16le'], hex(base64(Buffer.from(text, 'utf16le')))],
  [['percent', 'hex', 'base64'], percent(hex(base64(Buffer.from(text))))],
]

function base64(bytes: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(bytes).toString('base64'))
}

function hex(bytes: Uint8Array): Buffer {
  return Buffer.from(Buffer.from(bytes).toString('hex'))
}

function percent(bytes: Uint8Array): Buffer {
  return Buffer.from([...bytes].map(byte => `%${byte.toString(16).padStart(2, '0')}`).join(''))
}

async function scan(bytes: Uint8Array, encodings: number): Promise<Hit[]> {
  const hits: Hit[] = []
  const stream = createScanner(key, { encodings }).open(hit => hits.push(hit))
  for (let from = 0; from < bytes.length; from += 1000) await stream.push(bytes.subarray(from, from + 1000))
  await stream.end()
  return hits
}

for (const [via, bytes] of STACKS) {
  test(`${via.join(' of ')} is found by a deep scan, once, also amid much else`, async () => {
    const noise = Buffer.alloc(100_000, '#')
    const hits = await scan(Buffer.concat([noise, bytes, noise]), 3)
    expect(hits).toMatchObject([{ canary: id, via, offset: noise.length, confirmed: true }])
  })
}
