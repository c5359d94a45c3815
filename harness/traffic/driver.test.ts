import { createHash } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Canary } from '../model/canary.ts'
import { Exchange } from '../model/exchange.ts'
import type { Respond } from '../model/service.ts'
import { planCrashes } from './crash.ts'
import { driveCase } from './drive-case.ts'
import type { TrafficContext } from './driver.ts'
import { driveTraffic } from './driver.ts'
import type { MintCanary } from './fill.ts'
import { serveHttp, serveSockets } from './loopback-server.ts'
import type { TrafficChoice, TrafficPlan } from './plan.ts'
import { planTraffic } from './plan.ts'
import { UpstreamReplies } from './upstream-replies.ts'

function setUp(choice: Partial<TrafficChoice> = {}) {
  const source = new Mint(RunKey.fromHex('66'.repeat(32)))
  const minted: Canary[] = []
  const mint: MintCanary = about => {
    const canary = source.mint(about)
    minted.push(canary)
    return canary
  }
  const plan = planTraffic({
    surfaces: [{ surface: 'openai.chat' }],
    faults: 'all',
    bodies: [],
    repeat: 1,
    hasUpstream: true,
    ...choice,
  })
  return { plan, minted, mint, replies: new UpstreamReplies(mint) }
}

async function drive(plan: TrafficPlan, context: Pick<TrafficContext, 'baseUrl' | 'mint'> & Partial<TrafficContext>) {
  const exchanges: Exchange[] = []
  const notDriven = await driveTraffic(plan, {
    credentials: { Authorization: 'Bearer caller' },
    headers: { 'X-Route': 'a', authorization: 'nobody' },
    size: 600,
    timeoutMs: 3000,
    stallTimeoutMs: 200,
    keepOutput: null,
    budgetMs: 60_000,
    before: 0,
    replies: null,
    now: () => new Date(),
    signal: new AbortController().signal,
    record: exchange => void exchanges.push(Exchange.parse(exchange)),
    onProgress: () => {},
    ...context,
  })
  return { exchanges, notDriven }
}

/** A deployment of chat completions that asks `respond` for every answer, and streams it a word an event. */
function chat(
  respond: Respond,
  seen: (headers: Record<string, unknown>, body: Buffer) => void = () => {},
): RequestListener {
  return async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    seen(request.headers, body)
    const asked = parsed(body)
    const fail = (status: number, message: string) =>
      response.writeHead(status, { 'x-request-id': 'r-9' }).end(JSON.stringify({ error: { message } }))
    if (body.length > 1_000_000) return fail(413, 'too large')
    if (!Array.isArray(asked?.messages)) return fail(400, `no messages in ${body.subarray(-200)}`)
    if (asked.model === 'lethe/no-such-model') return fail(404, 'no such model')
    const reply = respond(body)
    if (reply.kind === 'stall') return
    if (reply.kind === 'fail') return fail(502, reply.text)
    if (!asked.stream) {
      const message = { role: 'assistant', content: reply.text }
      return response.end(JSON.stringify({ id: 'c-1', choices: [{ index: 0, message }] }))
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const piece of reply.text.match(/.{1,7}/gs) ?? []) {
      if (response.destroyed) return
      response.write(`data: ${JSON.stringify({ id: 'c-2', choices: [{ delta: { content: piece } }] })}\n\n`)
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    response.end('data: [DONE]\n\n')
  }
}

function parsed(body: Buffer): { messages?: unknown; model?: unknown; stream?: unknown } | null {
  try {
    return JSON.parse(body.toString())
  } catch {
    return null
  }
}

test('a whole plan against a deployment with our upstream: each case ends as it should', async () => {
  const { plan, minted, mint, replies } = setUp()
  const bodies: { headers: Record<string, unknown>; body: Buffer }[] = []
  await using server = await serveHttp(chat(replies.respond, (headers, body) => bodies.push({ headers, body })))
  const progress: number[] = []
  const { exchanges, notDriven } = await drive(plan, {
    baseUrl: `${server.url}/`,
    mint,
    replies,
    onProgress: (done, total) => progress.push(total - done),
  })

  expect(exchanges.map(each => `${each.variant} ${each.fault} ${each.outcome} ${each.status}`)).toEqual([
    'plain null answered 200',
    'streamed null answered 200',
    'developer null answered 200',
    'text null answered 200',
    'plain malformed-json refused 400',
    'plain wrong-types refused 400',
    'plain over-length refused 413',
    'plain unknown-model refused 404',
    'plain upstream-500 failed 502',
    'plain upstream-timeout timed-out null',
    'streamed client-abort aborted 200',
  ])
  expect(notDriven).toEqual([])
  expect(progress).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
  expect(new Set(exchanges.map(each => each.id)).size).toBe(11)
  expect(exchanges[0]).toMatchObject({ requestId: 'c-1', note: null })
  expect(exchanges[1]).toMatchObject({ requestId: 'c-2' })
  expect(exchanges[8]).toMatchObject({ requestId: 'r-9' })

  for (const [index, exchange] of exchanges.entries()) {
    const { headers, body } = bodies[index] ?? { headers: {}, body: Buffer.alloc(0) }
    expect(exchange.sent).toEqual({ bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') })
    expect(headers).toMatchObject({ authorization: 'Bearer caller', 'x-route': 'a' })
    const payload = minted.filter(canary => canary.exchange === exchange.id && canary.role === 'payload')
    const head = JSON.stringify(headers)
    const arrived = payload.filter(
      ({ text, field }) => body.includes(text) || head.includes(text) || field?.startsWith('query'),
    )
    expect(exchange.carried).toEqual(arrived.map(canary => canary.id))
    expect(payload.length - arrived.length > 0).toBe(exchange.fault === 'malformed-json')
  }
})

test('what came back is known: upstream canaries, whole or over stream deltas, and echoes in errors', async () => {
  const { plan, minted, mint, replies } = setUp({ faults: ['malformed-json', 'upstream-500'] })
  await using server = await serveHttp(chat(replies.respond))
  const { exchanges } = await drive(plan, { baseUrl: server.url, mint, replies })
  const upstreamOf = (id = '') =>
    minted.filter(({ role, exchange }) => role === 'upstream' && exchange === id).map(({ id }) => id)
  const [plain, streamed, , , malformed, failed] = exchanges
  expect(upstreamOf(plain?.id)).toHaveLength(3)
  expect(plain?.returned).toEqual(upstreamOf(plain?.id))
  expect(streamed?.returned).toEqual(upstreamOf(streamed?.id))
  expect(streamed?.returned).toHaveLength(3)
  expect(malformed?.returned).toHaveLength(1)
  expect(failed?.returned).toEqual(expect.arrayContaining(upstreamOf(failed?.id)))
  expect(failed?.returned.length).toBeGreaterThan(1)
})

test('a request id that holds a canary is not recorded', async () => {
  const { plan, mint } = setUp({ surfaces: [{ surface: 'openai.embeddings' }], faults: 'none' })
  await using server = await serveHttp(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    response.setHeader('x-request-id', /[a-z0-9]{52}/.exec(body)?.[0] ?? '')
    response.end('{"id":"e-1","data":[{"embedding":[1]}]}')
  })
  const { exchanges } = await drive(plan, { baseUrl: server.url, mint })
  expect(exchanges).toMatchObject([{ outcome: 'answered', requestId: 'e-1' }])
})

test('an answer of another protocol is garbled, and its text does not reach the record', async () => {
  const { plan, mint } = setUp({ faults: 'none' })
  await using server = await serveHttp((request, response) => {
    request.resume()
    response.end('<html>secret of the answer</html>')
  })
  const { exchanges } = await drive(plan, { baseUrl: server.url, mint })
  expect(exchanges.map(({ outcome }) => outcome)).toEqual(Array(4).fill('garbled'))
  expect(JSON.stringify(exchanges)).not.toContain('secret')
  await using garbage = await serveSockets(socket => socket.end('garbage that quotes secret\r\n\r\n'))
  const other = await drive(plan, { baseUrl: garbage.url, mint })
  expect(other.exchanges.map(({ outcome }) => outcome)).toEqual(Array(4).fill('garbled'))
  expect(JSON.stringify(other.exchanges)).not.toContain('secret')
})

test('five unreachable in a row end the traffic, and what is left is said, each once', async () => {
  const { plan, mint } = setUp({ faults: 'none', repeat: 4 })
  await using server = await serveSockets(socket => socket.destroy())
  const { exchanges, notDriven } = await drive(plan, { baseUrl: server.url, mint })
  expect(exchanges.map(({ outcome }) => outcome)).toEqual(Array(5).fill('unreachable'))
  expect(notDriven.map(({ what }) => what)).toEqual([
    'openai.chat streamed (3 times)',
    'openai.chat developer (3 times)',
    'openai.chat text (3 times)',
    'openai.chat plain (2 times)',
  ])
  expect(notDriven[0]?.reason).toContain('unreachable 5 times in a row')
})

test('a deployment that is back before the fifth is driven to the end', async () => {
  const { plan, mint, replies } = setUp({ faults: 'none', repeat: 3 })
  let asked = 0
  const listener = chat(replies.respond)
  await using server = await serveHttp((request, response) => {
    if (++asked % 4 === 0) listener(request, response)
    else request.socket.resetAndDestroy()
  })
  const { exchanges, notDriven } = await drive(plan, { baseUrl: server.url, mint, replies })
  expect(exchanges.map(({ outcome }) => outcome).filter(outcome => outcome === 'answered')).toHaveLength(3)
  expect(exchanges).toHaveLength(12)
  expect(notDriven).toEqual([])
})

test('a spent budget bounds all traffic, also the request that is on its way', async () => {
  const { plan, mint } = setUp({ faults: 'none', repeat: 2 })
  await using server = await serveHttp(request => request.resume())
  const { exchanges, notDriven } = await drive(plan, { baseUrl: server.url, mint, budgetMs: 2000, timeoutMs: 1500 })
  expect(exchanges.map(({ outcome }) => outcome)).toEqual(['timed-out', 'timed-out'])
  expect(notDriven).toHaveLength(4)
  expect(notDriven[0]?.reason).toBe('The budget for traffic (2000 ms) was spent.')
})

test('an interrupt ends the request on its way, keeps what was recorded, and the rest is said', async () => {
  const { plan, mint } = setUp({ faults: 'none' })
  const interrupt = new AbortController()
  await using server = await serveHttp(request => {
    request.resume()
    interrupt.abort()
  })
  const { exchanges, notDriven } = await drive(plan, { baseUrl: server.url, mint, signal: interrupt.signal })
  expect(exchanges).toMatchObject([{ outcome: 'aborted', note: 'the run was interrupted' }])
  expect(notDriven).toEqual([
    { what: 'openai.chat streamed', reason: 'The run was interrupted.' },
    { what: 'openai.chat developer', reason: 'The run was interrupted.' },
    { what: 'openai.chat text', reason: 'The run was interrupted.' },
  ])
})

test('a multipart request arrives as a form and its file carries canaries', async () => {
  const { plan, minted, mint } = setUp({ surfaces: [{ surface: 'deepinfra.inference' }], faults: 'none' })
  const files: File[] = []
  await using server = await serveHttp(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    const type = request.headers['content-type'] ?? ''
    if (type.startsWith('multipart/')) {
      const file = (await new Response(body, { headers: { 'content-type': type } }).formData()).get('audio')
      if (file instanceof File) files.push(file)
    }
    response.end('{"request_id":"R1","inference_status":{"status":"succeeded"}}')
  })
  const { exchanges } = await drive(plan, { baseUrl: server.url, mint })
  const multipart = exchanges.find(({ variant }) => variant === 'multipart')
  expect(multipart).toMatchObject({ outcome: 'answered', requestId: 'R1', status: 200 })
  const named = minted.find(canary => `${canary.text}.wav` === files[0]?.name)
  expect(multipart?.carried).toContain(named?.id ?? '?')
})

test('what record throws ends the traffic', async () => {
  const { plan, mint, replies } = setUp({ faults: 'none' })
  await using server = await serveHttp(chat(replies.respond))
  const record = () => Promise.reject(new Error('disk full'))
  await expect(drive(plan, { baseUrl: server.url, mint, replies, record })).rejects.toThrow('disk full')
})

test('a server that cuts long bodies while they are sent is not taken for gone', async () => {
  const bodies = Array.from({ length: 6 }, (_, index) => (index + 1) * 4_000_000)
  const { plan, mint, replies } = setUp({ faults: 'none', bodies: [...bodies, 2048] })
  const listener = chat(replies.respond)
  await using server = await serveHttp((request, response) => {
    if (Number(request.headers['content-length']) > 1_000_000) request.socket.resetAndDestroy()
    else listener(request, response)
  })
  const { exchanges, notDriven } = await drive(plan, { baseUrl: server.url, mint, replies })
  expect(exchanges.slice(4).map(({ fault, outcome }) => `${fault} ${outcome}`)).toEqual([
    ...bodies.map(bytes => `body-${bytes % 1024 === 0 ? `${bytes / 1024}KiB` : `${bytes}B`} unreachable`),
    'body-2KiB answered',
  ])
  expect(notDriven).toEqual([])
})

for (const { hasUpstream, variant, midst } of [
  { hasUpstream: true, variant: 'plain', midst: 'held by our upstream' },
  { hasUpstream: false, variant: 'plain', midst: 'sent' },
  { hasUpstream: true, variant: 'streamed', midst: 'answered with a first chunk' },
  { hasUpstream: false, variant: 'streamed', midst: 'answered with a first chunk' },
]) {
  test(`a ${variant} request ${hasUpstream ? 'with' : 'without'} an upstream of ours is in its midst once it is ${midst}`, async () => {
    const { mint, replies } = setUp()
    const { crashes } = planCrashes({ surfaces: [{ surface: 'openai.chat' }], crashes: ['kill'], obstacle: null })
    const driven = crashes[0]?.cases.find(each => each.variant.id === variant)
    if (driven === undefined) throw new TypeError('not planned')
    const events: string[] = []
    await using server = await serveHttp(async (request, response) => {
      const body = Buffer.concat(await request.toArray())
      events.push('read')
      replies.respond(body)
      if (variant === 'streamed') {
        await new Promise(resolve => setTimeout(resolve, 20))
        events.push('chunk')
        response.write('data: {"id":"c","choices":[{}]}\n\n')
      }
    })
    const ended = new AbortController()
    const exchange = await driveCase('x1', driven, 10_000, {
      baseUrl: server.url,
      ...{ credentials: {}, headers: {}, size: 600, timeoutMs: 10_000, stallTimeoutMs: 10_000, keepOutput: null, mint },
      replies: hasUpstream ? replies : null,
      onMidst: () => {
        events.push('midst')
        // What is sent is read a moment later.
        setTimeout(() => ended.abort(), 50)
      },
      now: () => new Date(),
      signal: ended.signal,
    })
    expect(exchange).toMatchObject({ fault: 'crash-kill', outcome: 'aborted' })
    expect(events.filter(event => event === 'midst')).toHaveLength(1)
    if (hasUpstream) expect(events.indexOf('midst')).toBeGreaterThan(events.indexOf('read'))
    if (variant === 'streamed') expect(events.indexOf('midst')).toBeGreaterThan(events.indexOf('chunk'))
  })
}
