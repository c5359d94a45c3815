import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { RunKey } from '../../canary/key.ts'
import { Mint } from '../../canary/mint.ts'
import type { Hit } from '../scan.ts'
import { createScanner } from '../scanner.ts'

const key = RunKey.create(size => new Uint8Array(size).fill(7))
const { id, text } = new Mint(key).mint({
  role: 'upstream',
  data: 'output',
  exchange: null,
  field: null,
  position: 'whole',
})
const scanner = createScanner(key)

async function scan(bytes: string, chunk = 1000): Promise<Hit[]> {
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  const all = Buffer.from(bytes)
  for (let from = 0; from < all.length; from += chunk) await stream.push(all.subarray(from, from + chunk))
  const { incomplete } = await stream.end()
  expect(incomplete).toEqual([])
  return hits
}

function tokens(of: string, size: number): string[] {
  return of.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []
}

const event = (token: string) => ({
  id: 'chat-1',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: { content: token } }],
})

const LOGS: readonly (readonly [name: string, line: (token: string, index: number) => string])[] = [
  ['server-sent events', token => `data: ${JSON.stringify(event(token))}\n`],
  ['a JSON log', (token, index) => JSON.stringify({ time: index, level: 'debug', msg: 'delta', chunk: event(token) })],
  ['a JSON log of JSON texts', token => JSON.stringify({ msg: 'send data', data: JSON.stringify(event(token)) })],
  [
    'a JSON log of event texts',
    token => JSON.stringify({ msg: 'send', data: `data: ${JSON.stringify(event(token))}\n\n` }),
  ],
  [
    'a log with prefixes',
    (token, index) => `2026-11-24T00:00:${index} DEBUG [worker 3] chunk=${JSON.stringify(event(token))}`,
  ],
]

for (const [name, line] of LOGS) {
  for (const size of [1, 3, 7, 11]) {
    test(`a canary over ${size} characters a record is found once in ${name}`, async () => {
      const before = ['Once', ' upon', ' a', ' time ']
      const lines = [...before, ...tokens(text, size), ' and', ' more'].map(line)
      const log = `the log begins\n${lines.join('\n')}\n`
      const hits = await scan(log)
      expect(hits).toMatchObject([{ canary: id, role: 'upstream', via: ['records'], confirmed: true }])
      expect(hits[0]?.offset).toBe(log.indexOf(lines[before.length] ?? ''))
    })
  }
}

test('a canary that one record holds whole is found there, once', async () => {
  const lines = [JSON.stringify(event('a ')), JSON.stringify(event(text)), JSON.stringify(event(' b'))]
  expect(await scan(lines.join('\n'))).toMatchObject([{ canary: id, via: [] }])
})

test('two streams in different fields, interleaved, are not mixed up', async () => {
  const lines = tokens(text, 4).flatMap(token => [
    JSON.stringify({ left: token }),
    JSON.stringify({ right: 'none of it ' }),
  ])
  expect(await scan(lines.join('\n'))).toMatchObject([{ canary: id, via: ['records'] }])
})

test('a long answer, over many windows, and many fields', async () => {
  const answer = `${'many words '.repeat(20_000)}${text}${' and more'.repeat(20_000)}`
  const lines = tokens(answer, 5).map((token, index) => JSON.stringify({ [`other${index % 300}`]: 'x', token }))
  expect(await scan(lines.join('\n'), 65_536)).toMatchObject([{ canary: id, via: ['records'] }])
})

test('any split of the canary into records and of the log into chunks', async () => {
  const cuts = fc.array(fc.integer({ min: 1, max: text.length - 1 }), { minLength: 3, maxLength: 12 })
  const property = fc.asyncProperty(
    cuts,
    fc.integer({ min: 1, max: 400 }),
    fc.constantFrom(...LOGS),
    async (at, chunk, [, line]) => {
      const edges = [0, ...new Set(at.sort((a, b) => a - b)), text.length]
      const pieces = edges.slice(1).map((to, index) => text.slice(edges[index], to))
      const hits = await scan(['start ', ...pieces, ' end'].map(line).join('\n'), chunk)
      expect(hits.some(hit => hit.canary === id && hit.confirmed)).toBe(true)
    },
  )
  await fc.assert(property, { numRuns: 150, seed: 3 })
})

test('what is no record, or no JSON, is no trouble', async () => {
  const odd = [
    '{',
    '{"a":',
    '}{',
    '{"a":"\\ud800"}',
    'null',
    '[]',
    `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    `{"x":"${'y'.repeat(70_000)}"}`,
    '\0\0{"a":1}',
  ]
  expect(await scan(`${odd.join('\n')}\n`)).toEqual([])
})
