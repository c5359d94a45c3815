import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { outputsIn } from './outputs.ts'

const said = 'This is what the model said, and it said a good deal more than one would have thought.'
const picture = Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 7919) & 0xff))
const json = (value: unknown) => Buffer.from(JSON.stringify(value))
const events = (...values: unknown[]) => Buffer.from(values.map(value => `data: ${JSON.stringify(value)}\n\n`).join(''))
const found = (body: Uint8Array, streamed = false, type = 'application/json') =>
  outputsIn(body, type, streamed).map(({ field, kind, bytes }) => [field, kind, Buffer.from(bytes).toString('latin1')])

test('the texts of each API, and nothing of what a log may hold', () => {
  const id = `chatcmpl-${'0123456789abcdef'.repeat(5)}`
  const chat = { id, model: 'm'.repeat(80), choices: [{ finish_reason: 'stop', message: { content: said } }] }
  expect(found(json(chat))).toEqual([['choices.0.message.content', 'text', said]])
  expect(found(json({ id, content: [{ type: 'text', text: said }] }))).toEqual([['content.0.text', 'text', said]])
  expect(found(json({ request_id: id, results: [{ generated_text: said }] }))).toEqual([
    ['results.0.generated_text', 'text', said],
  ])
})

test('the deltas of a stream are one output', () => {
  const deltas = (said.match(/.{1,9}/g) ?? []).map(content => ({ id: 'x', choices: [{ delta: { content } }] }))
  expect(found(events(...deltas), true)).toEqual([['choices.0.delta.content', 'text', said]])
})

test('an embedding is its numbers', () => {
  const embedding = Array.from({ length: 32 }, (_, at) => Math.sin(at))
  expect(found(json({ data: [{ embedding, index: 0 }], usage: { total_tokens: 3 } }))).toEqual([
    ['data.0.embedding', 'text', embedding.join(',')],
  ])
})

test('binary outputs: base64, a data URL, and a body that is a file', () => {
  const bytes = picture.toString('latin1')
  const base64 = picture.toString('base64')
  expect(found(json({ data: [{ b64_json: base64 }] }))).toEqual([['data.0.b64_json', 'binary', bytes]])
  expect(found(json({ images: [`data:image/png;base64,${base64}`] }))).toEqual([['images.0', 'binary', bytes]])
  expect(found(picture, false, 'audio/wav')).toEqual([['body', 'binary', bytes]])
})

test('what is too short to be told from chance, and a field whose name is somebody’s text', () => {
  expect(found(json({ choices: [{ message: { content: 'Hello!' } }] }))).toEqual([])
  expect(found(json({ 'a key of the user that is long': { text: said } }))).toEqual([['….text', 'text', said]])
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), fc.jsonValue(), (bytes, streamed, value) => {
      outputsIn(bytes, '', streamed)
      outputsIn(json(value), '', streamed)
    }),
    { numRuns: 500, seed: 3 },
  )
})
