import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { UpstreamReply } from '../model/service.ts'
import { longText } from './fill.ts'
import { UpstreamReplies } from './upstream-replies.ts'

function setUp() {
  const mint = new Mint(RunKey.fromHex('33'.repeat(32)))
  const carried = ['head', 'middle', 'tail'].map(
    field => mint.mint({ role: 'payload', data: 'input', exchange: 'x1', field, position: 'whole' }).text,
  )
  const [head = '', middle = '', tail = ''] = carried
  const prompt = longText('seed', 2000, { head, middle, tail })
  const body = Buffer.from(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: prompt }] }))
  return { replies: new UpstreamReplies(about => mint.mint(about)), carried, tail, prompt, body }
}

const textOf = (reply: UpstreamReply) => (reply.kind === 'stall' ? '' : reply.text)

test('an answer of 40 words or more holds upstream canaries at its head, in its middle and at its tail', () => {
  const { replies, carried, body } = setUp()
  replies.expect('x1', { carried, reply: 'answer', output: 'output' })
  const reply = replies.respond(body)
  const minted = replies.forget('x1')
  const text = textOf(reply)
  expect(reply.kind).toBe('answer')
  expect(text.split(' ').length).toBeGreaterThanOrEqual(40)
  expect(minted).toMatchObject([
    { role: 'upstream', data: 'output', exchange: 'x1', position: 'head' },
    { role: 'upstream', data: 'output', exchange: 'x1', position: 'middle' },
    { role: 'upstream', data: 'output', exchange: 'x1', position: 'tail' },
  ])
  expect(text.startsWith(minted[0]?.text ?? '?')).toBe(true)
  expect(text).toContain(` ${minted[1]?.text} `)
  expect(text.endsWith(minted[2]?.text ?? '?')).toBe(true)
})

test('a failure quotes the end of the prompt and holds an upstream canary', () => {
  const { replies, carried, body, prompt, tail } = setUp()
  replies.expect('x1', { carried, reply: 'fail', output: 'output' })
  const reply = replies.respond(body)
  expect(reply).toMatchObject({ kind: 'fail', status: 500 })
  expect(textOf(reply).endsWith(prompt.slice(-300))).toBe(true)
  expect(textOf(reply)).toContain(tail)
  expect(textOf(reply)).toContain(replies.forget('x1')[0]?.text ?? '?')
})

test('a stall mints nothing', () => {
  const { replies, carried, body } = setUp()
  replies.expect('x1', { carried, reply: 'stall', output: 'output' })
  expect(replies.respond(body)).toEqual({ kind: 'stall' })
  expect(replies.forget('x1')).toEqual([])
})

test('a retry gets the same answer, a forgotten or a strange request one without a canary', () => {
  const { replies, carried, body } = setUp()
  replies.expect('x1', { carried, reply: 'answer', output: 'output' })
  expect(replies.respond(body)).toEqual(replies.respond(body))
  const minted = replies.forget('x1')
  expect(minted).toHaveLength(3)
  const late = textOf(replies.respond(body))
  expect(late).not.toBe('')
  expect([...minted.map(({ text }) => text), ...carried].filter(text => late.includes(text))).toEqual([])
  expect(textOf(replies.respond(Buffer.from('{}')))).toBe(late)
})

test('several exchanges at once each get their own reply', () => {
  const { replies, carried, body } = setUp()
  replies.expect('x1', { carried, reply: 'answer', output: 'output' })
  replies.expect('x2', { carried: ['canary-of-x2'], reply: 'fail', output: 'output' })
  expect(replies.respond(Buffer.from('{"prompt":"canary-of-x2"}')).kind).toBe('fail')
  expect(replies.respond(body).kind).toBe('answer')
  expect(replies.forget('x2').map(({ exchange }) => exchange)).toEqual(['x2'])
  expect(replies.forget('x1').map(({ exchange }) => exchange)).toEqual(['x1', 'x1', 'x1'])
})

test('a compressed body is read; one that only looks compressed, or inflates without end, is not', () => {
  const { replies, carried, body } = setUp()
  replies.expect('x1', { carried, reply: 'stall', output: 'output' })
  expect(replies.respond(gzipSync(body)).kind).toBe('stall')
  expect(replies.respond(Buffer.from([0x1f, 0x8b, 1, 2, 3])).kind).toBe('answer')
  const bomb = gzipSync(Buffer.concat([Buffer.alloc(65 * 1024 * 1024), body]))
  expect(replies.respond(bomb).kind).toBe('answer')
})

test('a prompt is found in a body that is not JSON, and however deep a body is nested', () => {
  const { replies, carried, tail } = setUp()
  replies.expect('x1', { carried, reply: 'fail', output: 'output' })
  expect(textOf(replies.respond(Buffer.from(`--boundary\r\n\r\n${tail}`))).endsWith(tail)).toBe(true)
  replies.expect('x1', { carried, reply: 'fail', output: 'output' })
  const deep = `${'['.repeat(50_000)}"${tail}"${']'.repeat(50_000)}`
  expect(replies.respond(Buffer.from(deep)).kind).toBe('fail')
})

test('the first request of an exchange is told, and no further one', () => {
  const { replies, carried, body } = setUp()
  let asked = 0
  const onAsked = () => {
    asked += 1
  }
  replies.expect('x1', { carried, reply: 'stall', output: 'output', onAsked })
  replies.respond(Buffer.from('{"model":"m"}'))
  expect(asked).toBe(0)
  for (let retry = 0; retry < 3; retry++) replies.respond(body)
  expect(asked).toBe(1)
})
