import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { returnedIn } from './returned.ts'

const mint = new Mint(RunKey.fromHex('44'.repeat(32)))
const [one, two] = ['a', 'b'].map(field =>
  mint.mint({ role: 'upstream', data: 'output', exchange: 'x1', field, position: 'whole' }),
)
if (!one || !two) throw new Error('two canaries')
const both = [one, two]
const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`

test('a canary is found in plain bytes and in escaped JSON', () => {
  const escaped = Array.from(two.text, letter => `\\u00${letter.charCodeAt(0).toString(16)}`).join('')
  const body = Buffer.from(`{"x":"${one.text}","y":["${escaped}"]}`)
  expect(returnedIn(body, false, both)).toEqual(both)
  expect(returnedIn(Buffer.from(`not JSON ${one.text}`), false, both)).toEqual([one])
  expect(returnedIn(Buffer.from('{}'), false, both)).toEqual([])
})

test('a canary is found over the deltas of a stream, one letter an event, and not across fields', () => {
  const deltas = Array.from(one.text, letter => event({ choices: [{ delta: { content: letter } }] }))
  expect(returnedIn(Buffer.from(`${deltas.join('')}data: [DONE]\n\n`), true, both)).toEqual([one])
  const split = event({ a: two.text.slice(0, 26) }) + event({ b: two.text.slice(26) })
  expect(returnedIn(Buffer.from(split), true, both)).toEqual([])
})

test('neither depth nor breadth of an answer hides a canary or breaks the search', () => {
  const escaped = `\\u00${one.text.charCodeAt(0).toString(16)}${one.text.slice(1)}`
  const deep = `${'[1,'.repeat(100_000)}"${escaped}"${']'.repeat(100_000)}`
  expect(returnedIn(Buffer.from(deep), false, both)).toEqual([one])
  const broad = `["${Array.from({ length: 50_000 }, (_, place) => place).join('","')}","${escaped}"]`
  expect(returnedIn(Buffer.from(broad), false, both)).toEqual([one])
})
