import { expect, test } from '@playwright/test'
import { anthropicUpstream } from '../../fixtures/upstreams/anthropic.ts'
import { openaiUpstream } from '../../fixtures/upstreams/openai.ts'
import type { HeldAt } from '../model/service.ts'
import { HeldAnswers } from './held-answers.ts'

const text = 'There is something to say about this.'
const asked = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Is there?' }], max_tokens: 9 })

for (const { name, service, path } of [
  { name: 'OpenAI', service: openaiUpstream, path: '/v1/chat/completions' },
  { name: 'Anthropic', service: anthropicUpstream, path: '/v1/messages' },
]) {
  test(`the stand-in for ${name} holds its answer before it begins, or before its last byte, once each time`, async () => {
    const held = new HeldAnswers(() => ({ kind: 'answer', text }))
    const { signal } = new AbortController()
    const upstream = await service().start({ respond: held.respond, signal })
    const ask = () =>
      fetch(upstream.url + path, { method: 'POST', body: asked, headers: { 'content-type': 'application/json' } })
    try {
      const whole = Buffer.from(await (await ask()).arrayBuffer()).length
      for (const at of ['asked', 'answering'] as const) {
        const reached = held.next(at)
        let begun = false
        const answer = ask().then(response => {
          begun = true
          return response
        })
        const release = await reached
        const first = at === 'answering' ? await readFrom(await answer) : null
        expect(begun).toBe(at === 'answering')
        if (first !== null) expect(first.bytes).toBe(whole - 1)
        release()
        expect(first === null ? (await (await answer).text()).length : first.bytes + (await first.rest())).toBe(whole)
        expect(await (await ask()).text()).toContain(text)
      }
    } finally {
      await upstream.stop()
    }
  })
}

test('failures and stalls are not held, nor is anything once it is disarmed', () => {
  const kinds = [{ kind: 'stall' }, { kind: 'fail', status: 500, text }, { kind: 'answer', text }] as const
  for (const reply of kinds) {
    const held = new HeldAnswers(() => reply)
    const at: HeldAt = 'asked'
    held.next(at)
    expect('hold' in held.respond(Buffer.of())).toBe(reply.kind === 'answer')
    held.disarm()
    expect(held.respond(Buffer.of())).toEqual(reply)
  }
})

/** All but the last byte of an answer that is held, and what follows when it is let go. */
async function readFrom(response: Response) {
  const reader = response.body?.getReader()
  if (reader === undefined) throw new Error('no body')
  const wanted = Number(response.headers.get('content-length')) - 1
  let bytes = 0
  while (bytes < wanted) bytes += (await reader.read()).value?.length ?? 0
  const rest = async (): Promise<number> => {
    let more = 0
    for (let part = await reader.read(); !part.done; part = await reader.read()) more += part.value.length
    return more
  }
  return { bytes, rest }
}
