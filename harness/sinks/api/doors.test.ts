import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { expect, test } from '@playwright/test'
import { Bench, scanOf } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import { type DoorsEnvironment, doorsSink } from './doors.ts'

type Route = (request: IncomingMessage, response: ServerResponse) => void

/** A deployment whose doors the test makes; everything else is 404. Notes each request. */
class Deployment implements AsyncDisposable {
  readonly url: string
  readonly asked: string[] = []
  readonly routes: Record<string, Route> = {}
  readonly #server: ReturnType<typeof createServer>

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => {
      this.asked.push(`${request.method} ${request.url}`)
      const route = this.routes[request.url ?? '']
      if (route === undefined) response.writeHead(404).end('no such door')
      else route(request, response)
    })
  }

  static async start(routes: Record<string, Route> = {}): Promise<Deployment> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const deployment = new Deployment(server)
    Object.assign(deployment.routes, routes)
    return deployment
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }
}

const declared = (paths: string[] = [], discover = false) => ({ kind: 'doors', paths, discover }) as const

const environmentOf = (deployment: { url: string }, more: Partial<DoorsEnvironment> = {}): DoorsEnvironment => ({
  baseUrl: deployment.url,
  exchanges: () => [],
  ...more,
})

const text =
  (body: string, status = 200): Route =>
  (_, response) =>
    response.writeHead(status).end(body)

const stream =
  (listeners: ServerResponse[]): Route =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    listeners.push(response)
  }

sinkContract('doors', async () => {
  const listeners: ServerResponse[] = []
  const deployment = await Deployment.start({ '/log/stream': stream(listeners) })
  return {
    sink: doorsSink(declared(['/log/stream', '/logs']), environmentOf(deployment)),
    write: async written => {
      for (const response of listeners) response.write(`data: ${JSON.stringify({ message: written })}\n\n`)
    },
    denied: async () => {
      await deployment[Symbol.asyncDispose]()
      return doorsSink(declared(['/logs']), environmentOf(deployment))
    },
    [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
  }
})

test('declared, described and well-known doors are tried, with GET only, as nobody and as another tenant', async () => {
  const bench = new Bench()
  const made = {
    declared: bench.canary(),
    described: bench.canary(),
    wellKnown: bench.canary(),
    byId: bench.canary(),
    tenant: bench.canary(),
    header: bench.canary(),
  }
  const document = {
    openapi: '3.1.0',
    servers: [{ url: '/inner/' }],
    paths: {
      '/described': { get: {}, delete: {} },
      '/items/{item_id}': { get: {} },
      '/pairs/{a}/{b}': { get: {} },
      '/write-only': { post: {} },
    },
  }
  await using deployment = await Deployment.start({
    '/openapi.json': text(JSON.stringify(document)),
    '/mine?all=1': text(made.declared.text),
    '/inner/described': text(made.described.text),
    '/metrics': text(`requests{prompt="${made.wellKnown.text}"} 1`),
    '/inner/items/req%201': text(made.byId.text, 500),
    '/slots': ({ headers }, response) =>
      response
        .writeHead(headers.authorization === 'Bearer other' ? 200 : 401)
        .end(headers.authorization ? made.tenant.text : ''),
    '/health': (_, response) => response.writeHead(200, { 'x-last': made.header.text }).end(),
  })
  const environment = environmentOf(deployment, {
    otherTenant: { authorization: 'Bearer other' },
    exchanges: () => [{ requestId: 'req 1' }, { requestId: null }],
  })
  const { open, control } = await bench.opened(doorsSink(declared(['/mine?all=1'], true), environment))
  await using _ = open
  const { coverage, sightings } = await scanOf(open)
  const found = (canary: { id: string }) =>
    sightings.filter(each => each.canary === canary.id && each.scan === undefined).map(({ place }) => place)
  const at = (path: string, caller: 'anonymous' | 'other-tenant') =>
    ({ kind: 'door', method: 'GET', url: `${deployment.url}${path}`, caller }) as const
  const both = (path: string) => [at(path, 'anonymous'), at(path, 'other-tenant')]
  expect(found(made.declared)).toEqual(expect.arrayContaining(both('/mine?all=1')))
  expect(found(made.described)).toEqual(expect.arrayContaining(both('/inner/described')))
  expect(found(made.wellKnown)).toEqual(expect.arrayContaining(both('/metrics')))
  expect(found(made.byId)).toEqual(expect.arrayContaining(both('/inner/items/req%201')))
  expect(found(made.header)).toEqual(expect.arrayContaining(both('/health#headers')))
  expect(found(made.tenant)).toEqual([at('/slots', 'other-tenant')])
  expect(found(control)).toHaveLength(2)
  expect(coverage.incomplete).toEqual([])
  expect(coverage.skipped.map(({ path }) => path)).toEqual(['/inner/pairs/{a}/{b}'])
  expect(deployment.asked.every(line => line.startsWith('GET '))).toBe(true)
  expect(deployment.asked.filter(line => line.includes('write-only'))).toEqual([])
})

test('a stream is scanned while traffic runs, and opened once more when it ends', async () => {
  const bench = new Bench()
  const listeners: ServerResponse[] = []
  await using deployment = await Deployment.start({ '/log/stream': stream(listeners) })
  const { open } = await bench.opened(doorsSink(declared(['/log/stream']), environmentOf(deployment)))
  await using _ = open
  const [first, second] = [bench.canary(), bench.canary()]
  listeners[0]?.end(`data: ${first.text}\n\n`)
  await expect.poll(() => listeners.length).toBe(2)
  const before = await open.pulse()
  listeners[1]?.write(`data: ${second.text.slice(0, 26)}`)
  listeners[1]?.write(second.text.slice(26))
  await expect.poll(() => open.pulse()).not.toBe(before)
  await expect.poll(async () => (await scanOf(open)).sightings.map(({ canary }) => canary)).toContain(second.id)
  const { coverage, sightings } = await scanOf(open)
  const live = sightings.filter(({ role, confirmed }) => role === 'payload' && confirmed)
  expect(new Set(live.map(({ canary, scan }) => [canary, scan].join()))).toEqual(
    new Set([`${first.id},during-traffic`, `${second.id},during-traffic`]),
  )
  expect(coverage.incomplete).toEqual([])
})

test('a stream that breaks, and one that ends twice, are said', async () => {
  const listeners: ServerResponse[] = []
  const ended: ServerResponse[] = []
  await using deployment = await Deployment.start({ '/breaks': stream(listeners), '/ends': stream(ended) })
  const { open } = await new Bench().opened(doorsSink(declared(['/breaks', '/ends']), environmentOf(deployment)))
  await using _ = open
  listeners[0]?.destroy()
  ended[0]?.end()
  await expect.poll(() => listeners.length + ended.length).toBe(4)
  deployment.routes['/ends'] = text('no more')
  ended[1]?.end()
  await expect
    .poll(async () => (await scanOf(open)).coverage.incomplete.map(({ reason }) => reason).sort())
    .toEqual([expect.stringContaining('broke during traffic'), 'ended twice during traffic'])
})

test('hostile doors end in bounded time, and each is said', async () => {
  await using deployment = await Deployment.start({
    '/endless': (_, response) => {
      const more = () => {
        while (response.writable && response.write('x'.repeat(65536))) if (response.destroyed) return
      }
      response.writeHead(200).on('drain', more)
      more()
    },
    '/never': () => {},
    '/loop': (_, response) => response.writeHead(302, { location: '/loop' }).end(),
    '/elsewhere': (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/x' }).end(),
    '/moved': (_, response) => response.writeHead(308, { location: '/there' }).end(),
    '/there': text('here'),
    '/garbage': ({ socket }) => socket.end('HTTP/9 what?\r\n\0\0'),
    '/broken': (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x')
      setTimeout(() => response.destroy(), 50)
    },
  })
  const paths = ['/endless', '/never', '/loop', '/elsewhere', '/moved', '/garbage', '/broken']
  const { open } = await new Bench().opened(doorsSink(declared(paths), environmentOf(deployment)))
  const { coverage } = await scanOf(open)
  await open[Symbol.asyncDispose]()
  const said = new Map(
    coverage.incomplete.map(({ path, reason }) => [new URL(path.split(' ')[1] ?? '').pathname, reason]),
  )
  expect([...said.keys()].sort()).toEqual(['/broken', '/garbage', '/loop', '/never'])
  expect(said.get('/never')).toContain('did not answer')
  expect(said.get('/loop')).toMatch(/redirects|did not answer/)
  expect(coverage.skipped).toMatchObject([{ reason: expect.stringContaining('another origin') }])
})

test('a deployment that is gone at the scan is one gap, with the reason', async () => {
  const bench = new Bench()
  const deployment = await Deployment.start()
  const { open, control } = await bench.opened(doorsSink(declared([], true), environmentOf(deployment)))
  await using _ = open
  await deployment[Symbol.asyncDispose]()
  const { coverage, sightings } = await scanOf(open)
  expect(sightings.every(({ canary }) => canary === control.id)).toBe(true)
  expect(coverage.incomplete).toMatchObject([{ path: deployment.url, reason: expect.stringContaining('ECONNREFUSED') }])
})

test('the control is held by doors on loopback that close with the sink', async () => {
  await using deployment = await Deployment.start()
  const { open, control } = await new Bench().opened(doorsSink(declared(['/x']), environmentOf(deployment)))
  const { sightings } = await scanOf(open)
  const urls = sightings.map(({ place }) => (place.kind === 'door' ? place.url : ''))
  expect(urls.map(url => new URL(url).hostname)).toEqual(['127.0.0.1', '127.0.0.1'])
  expect(await (await fetch(urls[0] ?? '')).text()).toContain(control.text)
  await open[Symbol.asyncDispose]()
  for (const url of urls) await expect(fetch(url)).rejects.toThrow()
})

test('a server that speaks no HTTP at all, or is silent, keeps nobody waiting', async () => {
  const sockets: Socket[] = []
  const silent = createTcpServer(socket => sockets.push(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  const { open } = await new Bench().opened(doorsSink(declared(['/a', '/b']), environmentOf({ url })))
  const { coverage } = await scanOf(open)
  expect(coverage.incomplete).not.toEqual([])
  expect(coverage.items).toBe(0)
  await open[Symbol.asyncDispose]()
  for (const socket of sockets) socket.destroy()
  silent.close()
})
