import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { ExchangeFill } from './fill.ts'
import { planTraffic } from './plan.ts'
import { surfaces } from './registry.ts'
import { carriedBy, wireOf } from './wire.ts'

const mint = new Mint(RunKey.fromHex('22'.repeat(32)))
const { cases } = planTraffic({
  surfaces: surfaces.map(({ id }) => ({ surface: id })),
  faults: 'all',
  bodies: [],
  repeat: 1,
  hasUpstream: true,
})

async function applied(fault: string, surface: string) {
  const found = cases.find(each => each.fault?.id === fault && each.surface.id === surface)
  if (!found?.fault) throw new Error(`${fault} is not planned on ${surface}`)
  const fill = new ExchangeFill('x1', 2000, about => mint.mint(about))
  const faulty = found.fault.apply(found.surface.request(found.variant, fill, found.options))
  const wire = await wireOf(faulty.request, {}, faulty.padding)
  const texts = fill.canaries.map(canary => canary.text)
  const body = Buffer.concat(wire.body)
  const inBody = texts.filter(text => body.includes(text))
  return { ...faulty, wire, body: body.toString('utf8'), bytes: body.length, inBody, texts }
}

for (const { id } of surfaces) {
  test(`malformed-json on ${id} breaks off inside a string, with canaries before the break`, async () => {
    const { wire, body, inBody } = await applied('malformed-json', id)
    expect(() => JSON.parse(body)).toThrow(/Unterminated string/)
    expect(wire.headers['content-type']).toBe('application/json')
    expect(inBody.length).toBeGreaterThan(1)
  })

  test(`wrong-types on ${id} is JSON that keeps its canaries and none of its types`, async () => {
    const { body, wire, texts } = await applied('wrong-types', id)
    const value: Record<string, unknown> = JSON.parse(body)
    expect(carriedBy(wire, texts)).toEqual(texts)
    const { model, stream, ...rest } = value
    expect(typeof (model ?? '')).toBe('string')
    expect(stream ?? true).toBe(true)
    for (const name of ['messages', 'prompt', 'input']) {
      if (name in rest) expect(rest[name]).toHaveProperty('content')
    }
    if (id !== 'openai.embeddings') expect(value.temperature).toBe('warm')
  })

  test(`over-length on ${id} is more than 8 MiB and keeps every canary at its place`, async () => {
    const { wire, body, bytes, texts } = await applied('over-length', id)
    expect(bytes).toBeGreaterThan(8 * 1024 * 1024)
    expect(carriedBy(wire, texts)).toEqual(texts)
    expect(() => JSON.parse(body)).not.toThrow()
  })

  test(`unknown-model on ${id} asks for a model that is not the chosen one`, async () => {
    const { body, wire } = await applied('unknown-model', id)
    expect(`${wire.path} ${body}`).toContain('lethe/no-such-model')
  })

  test(`upstream faults on ${id} tell the upstream what to do and leave the request as it is`, async () => {
    expect((await applied('upstream-500', id)).upstream).toBe('fail')
    const stalled = await applied('upstream-timeout', id)
    expect(stalled.upstream).toBe('stall')
    expect(carriedBy(stalled.wire, stalled.texts)).toEqual(stalled.texts)
  })
}

test('client-abort hangs up in a streamed answer', async () => {
  const { request, abortAfterChunks } = await applied('client-abort', 'openai.chat')
  expect(request.streamed).toBe(true)
  expect(abortAfterChunks).toBe(1)
})
