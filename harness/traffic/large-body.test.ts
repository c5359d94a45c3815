import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { ExchangeFill } from './fill.ts'
import { largeBody } from './large-body.ts'
import { serveHttp } from './loopback-server.ts'
import { pieceTransport } from './piece-transport.ts'
import { surfaces } from './registry.ts'
import type { Surface, Variant } from './surface.ts'
import { carriedBy, wireOf } from './wire.ts'

const MIB = 1024 * 1024
const mint = new Mint(RunKey.fromHex('23'.repeat(32)))

async function requested(surface: Surface, variant: Variant, bytes: number) {
  const fill = new ExchangeFill('x1', 2000, about => mint.mint(about))
  const { request, padding } = largeBody(bytes).apply(surface.request(variant, fill, surface.defaults))
  return { wire: await wireOf(request, {}, padding), canaries: fill.canaries }
}

test('a body is named for its size', () => {
  expect([16_384, MIB, 64 * MIB, 1500].map(bytes => largeBody(bytes).id)).toEqual([
    'body-16KiB',
    'body-1MiB',
    'body-64MiB',
    'body-1500B',
  ])
})

for (const surface of surfaces) {
  const [plain] = surface.variants
  test(`${surface.id}: more than 1 MiB of JSON with every canary, those of the long text at head, middle and tail`, async () => {
    const { wire, canaries } = await requested(surface, plain, MIB)
    const whole = Buffer.concat(wire.body)
    expect(whole.length).toBeGreaterThan(MIB)
    expect(whole.length).toBeLessThan(MIB + 100_000)
    expect(() => JSON.parse(whole.toString())).not.toThrow()
    expect(
      carriedBy(
        wire,
        canaries.map(({ text }) => text),
      ),
    ).toHaveLength(canaries.length)
    const reach = canaries.map(({ text }) => whole.indexOf(text)).filter(at => at >= 0)
    const spread = Math.max(...reach) - Math.min(...reach)
    expect(spread).toBeGreaterThan(MIB)
    const middle = reach.filter(at => at > 0.4 * MIB && at < 0.6 * MIB)
    expect(middle).not.toEqual([])
  })
}

for (const surface of surfaces) {
  const variant = surface.variants.find(({ upload }) => upload === true)
  if (variant === undefined) continue
  test(`${surface.id}: an upload of more than 1 MiB reads back as a form, with a WAV file whose lengths are right`, async () => {
    const { wire, canaries } = await requested(surface, variant, MIB + 1)
    const form = await new Response(Buffer.concat(wire.body), { headers: wire.headers }).formData()
    const file = Array.from(form.values()).find(value => value instanceof File)
    const wav = Buffer.from((await file?.bytes()) ?? [])
    expect(wav.length).toBeGreaterThan(MIB)
    expect(wav.readUInt32LE(4)).toBe(wav.length - 8)
    const chunks = chunksOf(wav)
    expect([...chunks.keys()]).toEqual(['fmt ', 'LIST', 'data'])
    const comment = chunks.get('LIST')?.subarray(12).toString() ?? ''
    for (const position of ['head', 'middle', 'tail']) {
      const of = canaries.find(canary => canary.field?.includes('comment') && canary.position === position)
      expect(comment).toContain(of?.text ?? '?')
    }
  })
}

function chunksOf(wav: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>()
  for (let at = 12; at < wav.length; ) {
    const bytes = wav.readUInt32LE(at + 4)
    chunks.set(wav.toString('latin1', at, at + 4), wav.subarray(at + 8, at + 8 + bytes))
    at += 8 + bytes + (bytes % 2)
  }
  return chunks
}

test('64 MiB arrive as they are hashed', async () => {
  const [surface] = surfaces
  if (surface === undefined) throw new TypeError('no surface')
  const { wire } = await requested(surface, surface.variants[0], 64 * MIB)
  const expected = createHash('sha256')
  for (const piece of wire.body) expected.update(piece)
  await using server = await serveHttp(async (request, response) => {
    const hash = createHash('sha256')
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hash.update(chunk)
    }
    response.end(hash.digest('hex'))
  })
  const answer = await pieceTransport(server.url, wire, {
    timeoutMs: 20_000,
    limit: 1000,
    signal: new AbortController().signal,
    now: () => new Date(),
  })
  expect(answer).toMatchObject({ ending: 'whole', status: 200 })
  expect(Buffer.from(answer.body).toString()).toBe(expected.digest('hex'))
})

test('a server that refuses and reads no further ends the sending, and its answer is told', async () => {
  const [surface] = surfaces
  if (surface === undefined) throw new TypeError('no surface')
  const { wire } = await requested(surface, surface.variants[0], 16 * MIB)
  await using server = await serveHttp((_request, response) => {
    response.writeHead(413, { 'content-length': 9 }).end('too large')
  })
  const answer = await pieceTransport(
    server.url,
    { ...wire, headers: { ...wire.headers, connection: 'keep-alive' } },
    {
      timeoutMs: 20_000,
      limit: 1000,
      signal: new AbortController().signal,
      now: () => new Date(),
    },
  )
  expect(answer.status).toBe(413)
})
