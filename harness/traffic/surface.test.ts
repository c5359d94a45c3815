import { expect, test } from '@playwright/test'
import fc from 'fast-check'
import { z } from 'zod'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { ExchangeFill } from './fill.ts'
import { surfaces } from './registry.ts'
import type { Surface, Variant } from './surface.ts'
import { carriedBy, wireOf } from './wire.ts'

const mint = new Mint(RunKey.fromHex('11'.repeat(32)))

async function requested(surface: Surface, variant: Variant) {
  const fill = new ExchangeFill('x1', 1000, about => mint.mint(about))
  const request = surface.request(variant, fill, { base: '/api', model: 'some/model' })
  return { request, canaries: fill.canaries, wire: await wireOf(request, { authorization: 'Bearer key' }) }
}

const allVariants = surfaces.flatMap(surface => surface.variants.map(variant => ({ surface, variant })))

for (const { surface, variant } of allVariants) {
  test(`${surface.id} ${variant.id} carries every canary that was minted for it, and the credentials`, async () => {
    const { canaries, wire } = await requested(surface, variant)
    const texts = canaries.map(canary => canary.text)
    expect(carriedBy(wire, texts)).toEqual(texts)
    expect(new Set(texts).size).toBe(texts.length)
    expect(wire.headers.authorization).toBe('Bearer key')
    expect(wire.path).toMatch(/^\/api\/[^?]+\?reference=[a-z0-9]{52}$/)
    const fields = new Set(canaries.map(canary => canary.field))
    expect(fields).toContain('headers.x-title')
    expect([...fields].length).toBeGreaterThan(6)
  })

  test(`${surface.id} ${variant.id} has no canary in the model or in a sampling parameter`, async () => {
    const { request, canaries } = await requested(surface, variant)
    const { body } = request
    const fields = Object.entries(
      body.kind === 'json' ? Object(body.value) : body.kind === 'multipart' ? body.fields : {},
    )
    const allowed = /^(model|temperature|top_p|top_k|max_|min_|n$|num_|seed|.*_penalty|stream|encoding_format)/
    const sampling = fields.filter(([name]) => allowed.test(name))
    expect(sampling.length).toBeGreaterThan(0)
    const written = `${JSON.stringify(sampling)} ${request.path.split('?')[0]}`
    expect(canaries.filter(canary => written.includes(canary.text))).toEqual([])
  })
}

test('the first variant of each surface has a JSON body and is not streamed', async () => {
  for (const surface of surfaces) {
    const [variant] = surface.variants
    expect((await requested(surface, variant)).request.body.kind).toBe('json')
    expect(variant.streamed).toBe(false)
  }
})

test('chat has every role, tools whose names agree, and names that the API allows', async () => {
  const chat = surfaces.find(surface => surface.id === 'openai.chat')
  const Name = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/)
  const Chat = z.looseObject({
    messages: z.array(z.looseObject({ role: z.string(), name: Name.optional(), tool_calls: z.unknown().optional() })),
    tools: z.tuple([z.looseObject({ function: z.looseObject({ name: Name }) })]),
    response_format: z.looseObject({ json_schema: z.looseObject({ name: Name }) }),
    metadata: z.record(z.string().max(64), z.string().max(512)),
    stop: z.array(z.string()).max(4),
  })
  const roles: string[] = []
  for (const variant of chat?.variants ?? []) {
    if (!chat) continue
    const { request } = await requested(chat, variant)
    const value = Chat.parse(request.body.kind === 'json' ? request.body.value : null)
    roles.push(...value.messages.map(message => message.role))
    const calls = z
      .tuple([z.looseObject({ function: z.object({ name: z.string(), arguments: z.string() }) })])
      .parse(value.messages.find(message => message.tool_calls)?.tool_calls)
    expect(calls[0].function.name).toBe(value.tools[0].function.name)
    expect(() => JSON.parse(calls[0].function.arguments)).not.toThrow()
  }
  expect(new Set(roles)).toEqual(new Set(['system', 'developer', 'user', 'assistant', 'tool']))
})

test('the multipart form reads back, with a WAV file whose comment and name hold canaries', async () => {
  const native = surfaces.find(surface => surface.id === 'deepinfra.inference')
  const multipart = native?.variants.find(variant => variant.id === 'multipart')
  if (!native || !multipart) throw new Error('the variant is gone')
  const { wire, canaries } = await requested(native, multipart)
  const form = await new Response(Buffer.concat(wire.body), { headers: wire.headers }).formData()
  const audio = form.get('audio')
  if (!(audio instanceof File)) throw new Error('no file')
  const ofFile = canaries.filter(canary => canary.field?.startsWith('audio'))
  expect(ofFile.find(canary => audio.name === `${canary.text}.wav`)).toBeTruthy()
  const chunks = riffChunks(Buffer.from(await audio.arrayBuffer()))
  expect([...chunks.keys()]).toEqual(['fmt ', 'LIST', 'data'])
  expect(chunks.get('fmt ')?.readUInt32LE(4)).toBe(16_000)
  expect(chunks.get('data')?.length).toBe(8000)
  const comment = chunks.get('LIST')?.toString('latin1') ?? ''
  expect(comment.startsWith('INFOICMT')).toBe(true)
  expect(ofFile.filter(canary => comment.includes(canary.text)).map(canary => canary.position)).toEqual([
    'head',
    'middle',
    'tail',
  ])
})

function riffChunks(file: Buffer): Map<string, Buffer> {
  expect(file.toString('latin1', 0, 4)).toBe('RIFF')
  expect(file.readUInt32LE(4)).toBe(file.length - 8)
  const chunks = new Map<string, Buffer>()
  for (let at = 12; at < file.length; ) {
    const length = file.readUInt32LE(at + 4)
    chunks.set(file.toString('latin1', at, at + 4), file.subarray(at + 8, at + 8 + length))
    at += 8 + length + (length % 2)
  }
  return chunks
}

const events = (...values: unknown[]) => values.map(value => `data: ${JSON.stringify(value)}\n\n`).join('')

const answers: Record<string, { whole: string; streamed: string | null; id: string | null }> = {
  'openai.chat': {
    whole:
      '{"id":"c-1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"x"}}]}',
    streamed: `: hi\n\n${events({ id: 'c-1', choices: [{ delta: { content: 'x' } }] }, { id: 'c-1', choices: [] })}data: [DONE]\n\n`,
    id: 'c-1',
  },
  'openai.completions': {
    whole: '{"id":"c-2","choices":[{"text":"x","index":0}]}',
    streamed: `${events({ id: 'c-2', choices: [{ text: 'x' }] })}data: [DONE]\n\n`,
    id: 'c-2',
  },
  'openai.embeddings': { whole: '{"object":"list","data":[{"embedding":[0.1,0.2]}]}', streamed: null, id: null },
  'deepinfra.inference': {
    whole: '{"request_id":"R3","inference_status":{"status":"succeeded"},"results":[{"generated_text":"x"}]}',
    streamed: events({ token: { id: 1, text: 'x' } }, { request_id: 'R3', generated_text: 'x' }),
    id: 'R3',
  },
  'anthropic.messages': {
    whole: '{"id":"msg_4","type":"message","role":"assistant","content":[{"type":"text","text":"x"}]}',
    streamed: `event: message_start\n${events({ type: 'message_start', message: { id: 'msg_4' } }, { type: 'message_stop' })}`,
    id: 'msg_4',
  },
}

for (const surface of surfaces) {
  test(`${surface.id} knows its own answers from others`, () => {
    const own = answers[surface.id]
    if (!own) throw new Error('no sample answer')
    expect(surface.read(Buffer.from(own.whole), false)).toEqual({ valid: true, requestId: own.id })
    if (own.streamed) expect(surface.read(Buffer.from(own.streamed), true)).toEqual({ valid: true, requestId: own.id })
    for (const other of ['', '{}', 'null', '<html></html>', '{"error":{"message":"no"}}', own.whole.slice(0, -2)]) {
      expect(surface.read(Buffer.from(other), false), other).toEqual({ valid: false, requestId: null })
    }
    for (const other of ['', own.whole, 'data: {"choices":[', events({ error: { message: 'no' } }), 'data: 1\n\n']) {
      if (own.streamed) expect(surface.read(Buffer.from(other), true).valid, other).toBe(false)
    }
  })

  test(`${surface.id} reads any bytes without throwing`, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map(json => Buffer.from(`data: ${json}\n\n`)),
        ),
        body => {
          for (const streamed of [true, false]) surface.read(body, streamed)
        },
      ),
      { numRuns: 100, seed: 1 },
    )
  })
}
