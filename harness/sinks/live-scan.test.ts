import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Fingerprints } from '../scan/fingerprints/fingerprints.ts'
import { createScanner } from '../scan/scanner.ts'
import { LiveScan } from './live-scan.ts'
import type { SinkSighting } from './sink.ts'

const answer =
  'The quick answer of a model that nobody had asked to be quick, yet here it is, whole and as it was said.'
const place = { kind: 'stream', name: 'stdout' } as const
const MIB = 2 ** 20

function listen() {
  const key = RunKey.fromHex('6b'.repeat(32))
  const fingerprints = new Fingerprints(key)
  const scanner = createScanner(key, { encodings: 0 }, { fingerprints })
  const seen: SinkSighting[] = []
  const gaps: string[] = []
  const live = new LiveScan({ scanner, place, keep: sighting => seen.push(sighting), gap: reason => gaps.push(reason) })
  const learn = () => {
    const bytes = Buffer.from(answer)
    fingerprints.keep({ id: 'o', role: 'output', exchange: 'x', kind: 'text', bytes, prompt: Buffer.alloc(0) })
    fingerprints.learn()
  }
  return { live, fingerprints, seen, gaps, learn }
}

test('an output that passed before it was known is found at its place, and one that passes afterwards too', async () => {
  const { live, fingerprints, seen, gaps, learn } = listen()
  await live.push(Buffer.from('ready\n'))
  await live.flush()
  fingerprints.stopGathering()
  await live.push(Buffer.from(`said: ${answer}\n`))
  learn()
  await live.flush()
  expect(seen).toContainEqual(expect.objectContaining({ canary: 'o', offset: 12, place, confirmed: true }))
  await live.push(Buffer.from(`${' '.repeat(1000)}again: ${answer}\n`))
  await live.flush()
  const again = 12 + answer.length + 1 + 1000 + 'again: '.length
  expect(seen).toContainEqual(expect.objectContaining({ canary: 'o', offset: again, confirmed: true }))
  expect(gaps).toEqual([])
})

test('what passed before traffic is boilerplate', async () => {
  const { live, fingerprints, seen, learn } = listen()
  await live.push(Buffer.from(`a banner: ${answer}\n`))
  await live.flush()
  fingerprints.stopGathering()
  learn()
  await live.flush()
  expect(seen).toEqual([])
})

test('more than is kept until outputs are known is a gap', async () => {
  const { live, fingerprints, gaps, learn } = listen()
  fingerprints.stopGathering()
  for (let part = 0; part < 65; part++) await live.push(Buffer.alloc(MIB))
  learn()
  await live.flush()
  expect(gaps).toEqual([expect.stringContaining('64 MiB')])
})
