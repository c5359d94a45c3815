import { expect, test } from '@playwright/test'
import { Bench } from '../bench.suite.ts'
import { Inventory } from './inventory.ts'

function fieldsOf(lines: readonly string[]): [format: string, field: string, shape: string, count: number][] {
  const inventory = new Inventory()
  for (const [index, text] of lines.entries()) inventory.add({ text, number: index + 1, cut: false }, 'stdout')
  return inventory.list().map(({ format, field, shape, count }) => [format, field, shape, count])
}

test('JSON: every field by its dotted path, once for each shape', () => {
  const record = {
    time: '2026-01-02T03:04:05.678Z',
    req: { id: 'req_8f3a91bc', path: '/v1/chat' },
    tags: ['a', 'two words'],
    n: null,
    ok: true,
    none: {},
  }
  expect(fieldsOf([JSON.stringify(record), JSON.stringify({ n: 3 })])).toEqual([
    ['json', 'time', 'time', 1],
    ['json', 'req.id', 'id', 1],
    ['json', 'req.path', 'url-path', 1],
    ['json', 'tags[]', 'token', 1],
    ['json', 'tags[]', 'free-text', 1],
    ['json', 'n', 'null', 1],
    ['json', 'ok', 'boolean', 1],
    ['json', 'none', 'empty', 1],
    ['json', 'n', 'number', 1],
  ])
})

test('logfmt: all of the line, or it is text', () => {
  expect(fieldsOf(['ts=1767225600 level=info msg="a request came" path=/v1/x dur=0.5 user=""'])).toEqual([
    ['logfmt', 'ts', 'time', 1],
    ['logfmt', 'level', 'token', 1],
    ['logfmt', 'msg', 'free-text', 1],
    ['logfmt', 'path', 'url-path', 1],
    ['logfmt', 'dur', 'number', 1],
    ['logfmt', 'user', 'empty', 1],
  ])
  expect(fieldsOf(['level=info and then words'])).toEqual([['text', '*', 'free-text', 1]])
})

test('text: a template keeps only words that recur; colours are not content', () => {
  const lines = [1, 2, 3, 4].map(
    n => `\u001b[32mINFO\u001b[0m: Received request chatcmpl-${n}aa: prompt: "tell me ${n}", params`,
  )
  expect(fieldsOf([...lines, 'Please keep this private', ''])).toEqual([
    ['text', 'INFO: Received request *', 'free-text', 4],
    ['text', '*', 'free-text', 1],
  ])
})

test('neither content nor a canary ever comes into the inventory', () => {
  const { text } = new Bench().canary()
  const lines = [
    JSON.stringify({ [text]: 1, [`x_${text.slice(0, 20)}`]: 2, [`a prompt: ${text}`]: { b: text } }),
    `${text.slice(0, 20)}=1 a=${text}`,
    `${text.slice(0, 16)} ${text.slice(20)}`,
    `${text.slice(0, 4)} is a word of a canary`,
  ]
  const told = JSON.stringify(fieldsOf(lines))
  for (let from = 0; from + 8 <= text.length; from += 1) expect(told).not.toContain(text.slice(from, from + 8))
  expect(told).not.toContain('prompt')
})

test('the number of fields and of templates is bounded, and what is beyond is counted', () => {
  const keys = Array.from({ length: 12_000 }, (_, i) => JSON.stringify({ [`k${i}`]: 1 }))
  const found = fieldsOf(keys)
  expect(found).toHaveLength(10_001)
  expect(found.at(-1)).toEqual(['json', '(other)', 'free-text', 2000])
  const letters = (n: number) => [...String(n)].map(digit => 'abcdefghij'[Number(digit)]).join('')
  const texts = fieldsOf(Array.from({ length: 3000 }, (_, i) => `${letters(i)} happened`))
  expect(texts.at(-1)).toEqual(['text', '(other)', 'free-text', 1000])
})

test('hostile records: deep, huge, half a JSON', () => {
  const deep = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`
  expect(fieldsOf([deep])).toEqual([['json', `a${'[]'.repeat(31)}`, 'list', 1]])
  expect(fieldsOf(['{"a":', '[1,2]', '"x"'])).toEqual([['text', '*', 'free-text', 3]])
  expect(fieldsOf([`${'k=v '.repeat(200_000)}end`])).toEqual([['text', '*', 'free-text', 1]])
})
