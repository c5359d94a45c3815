import { connect, createServer } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { serveHttp, serveSockets } from './loopback-server.ts'
import { pieceTransport } from './piece-transport.ts'
import { requestTransport } from './request-transport.ts'
import { streamTransport } from './stream-transport.ts'
import type { Answer, Bounds, Transport } from './transport.ts'
import type { Wire } from './wire.ts'

const wire: Wire = {
  path: '/v1/x?reference=abc',
  headers: { 'content-type': 'application/json', 'x-title': 'a title', connection: 'close' },
  body: [Buffer.from('{"prompt":'), Buffer.from('"héllo"}')],
}
const timeoutMs = 250
const limit = 100_000

function send(transport: Transport, url: string, bounds: Partial<Bounds> = {}, sent = wire): Promise<Answer> {
  const signal = new AbortController().signal
  return transport(url, sent, { timeoutMs, limit, signal, now: () => new Date(), ...bounds })
}

for (const { name, transport } of [
  { name: 'supertest', transport: requestTransport },
  { name: 'fetch', transport: streamTransport },
  { name: 'node', transport: pieceTransport },
]) {
  test(`${name}: the server gets exactly the bytes and headers, and the answer comes whole`, async () => {
    await using server = await serveHttp(async (request, response) => {
      const chunks = await request.toArray()
      const { method, url, headers } = request
      response.setHeader('X-Request-Id', 'r1')
      response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString('base64') }))
    })
    const answer = await send(transport, server.url)
    expect(answer).toMatchObject({ status: 200, ending: 'whole', code: null, headers: { 'x-request-id': 'r1' } })
    const seen = JSON.parse(Buffer.from(answer.body).toString())
    expect(seen).toMatchObject({ method: 'POST', url: wire.path, body: Buffer.concat(wire.body).toString('base64') })
    expect(seen.headers).toMatchObject({
      ...wire.headers,
      'content-length': String(Buffer.concat(wire.body).byteLength),
    })
  })

  test(`${name}: error statuses and redirects are answers, and no redirect is followed`, async () => {
    const seen: string[] = []
    await using server = await serveHttp((request, response) => {
      request.resume()
      seen.push(request.url ?? '')
      response.writeHead(seen.length === 1 ? 500 : 307, { location: '/elsewhere' }).end('no')
    })
    expect(await send(transport, server.url)).toMatchObject({ status: 500, ending: 'whole', body: Buffer.from('no') })
    expect(await send(transport, server.url)).toMatchObject({ status: 307, ending: 'whole' })
    expect(seen).toEqual([wire.path, wire.path])
  })

  test(`${name}: a compressed answer is read`, async () => {
    await using server = await serveHttp((request, response) => {
      request.resume()
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('plain text'))
    })
    expect(await send(transport, server.url)).toMatchObject({ ending: 'whole', body: Buffer.from('plain text') })
  })

  test(`${name}: a server that takes the request and never answers is given up at the timeout`, async () => {
    await using server = await serveHttp(request => request.resume())
    const answer = await send(transport, server.url)
    expect(answer).toMatchObject({ ending: 'timed-out', status: null, answeredAt: null })
  })

  test(`${name}: a server that drips its answer, or its head, is given up at the timeout`, async () => {
    for (const start of ['HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n', 'HTTP/1.1 200 OK\r\nx-slow: ']) {
      await using server = await serveSockets(socket => {
        socket.write(start)
        const drip = setInterval(() => socket.write('x'), 20)
        socket.on('close', () => clearInterval(drip))
      })
      const answer = await send(transport, server.url)
      expect(answer.ending).toBe('timed-out')
      expect(answer.status).toBe(start.endsWith('\r\n\r\n') ? 200 : null)
      if (answer.status) expect(Buffer.from(answer.body).toString()).toMatch(/^x+$/)
    }
  })

  test(`${name}: an answer without end, plain or compressed, is cut off at the limit`, async () => {
    const bombs = { gzip: gzipSync(Buffer.alloc(30_000_000)), br: brotliCompressSync(Buffer.alloc(30_000_000)) }
    await using server = await serveHttp((request, response) => {
      request.resume()
      const bomb = request.url === '/gzip' ? 'gzip' : request.url === '/br' ? 'br' : null
      if (bomb) response.writeHead(200, { 'content-encoding': bomb }).end(bombs[bomb])
      else {
        const flood = () => {
          while (!response.destroyed && response.write(Buffer.alloc(50_000)));
        }
        response.on('drain', flood)
        flood()
      }
    })
    for (const path of ['/flood', '/gzip', '/br']) {
      const answer = await send(transport, server.url, { timeoutMs: 5000 }, { ...wire, path })
      expect(answer, path).toMatchObject({ ending: 'too-long', status: 200 })
      expect(answer.body.byteLength).toBeLessThanOrEqual(limit)
    }
  })

  test(`${name}: garbage is not HTTP`, async () => {
    await using server = await serveSockets(socket => socket.end('\0\x01garbage and more of it\r\n\r\n'))
    expect(await send(transport, server.url)).toMatchObject({ ending: 'not-http', status: null })
  })

  test(`${name}: a connection that ends before the answer is no answer, one that ends within it a cut one`, async () => {
    await using resetting = await serveSockets(socket => socket.once('data', () => socket.resetAndDestroy()))
    expect(await send(transport, resetting.url)).toMatchObject({ ending: 'no-answer', status: null })
    await using closing = await serveSockets(socket => socket.once('data', () => socket.end()))
    expect(await send(transport, closing.url)).toMatchObject({ ending: 'no-answer', status: null })
    await using cutting = await serveSockets(socket => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')
        setTimeout(() => socket.destroy(), 30)
      })
    })
    const answer = await send(transport, cutting.url)
    expect(answer).toMatchObject({ ending: 'cut', status: 200, body: Buffer.from('half') })
  })

  test(`${name}: a refused connection is no answer, with its code`, async () => {
    const port = await freePort()
    const answer = await send(transport, `http://127.0.0.1:${port}`)
    expect(answer).toMatchObject({ ending: 'no-answer', code: 'ECONNREFUSED', status: null })
  })

  test(`${name}: a server that refuses a large body while it is sent is bounded`, async () => {
    await using server = await serveHttp((_request, response) => {
      response.writeHead(413, { connection: 'close' }).end('too large')
    })
    const answer = await send(
      transport,
      server.url,
      { timeoutMs: 3000 },
      { ...wire, body: [Buffer.alloc(9_000_000, 'x')] },
    )
    expect(['whole', 'no-answer', 'cut']).toContain(answer.ending)
    if (answer.status !== null) expect(answer.status).toBe(413)
  })

  test(`${name}: an interrupt ends the attempt at once, also one that was there before`, async () => {
    await using server = await serveHttp(request => request.resume())
    const interrupt = new AbortController()
    setTimeout(() => interrupt.abort(), 50)
    const answer = await send(transport, server.url, { signal: interrupt.signal, timeoutMs: 5000 })
    expect(answer.ending).toBe('interrupted')
    expect((await send(transport, server.url, { signal: interrupt.signal })).ending).toBe('interrupted')
  })
}

test('fetch: hangs up after the first chunk of a stream, and the server sees it; not in an error', async () => {
  let closed: () => void
  const gone = new Promise<void>(resolve => {
    closed = resolve
  })
  await using server = await serveHttp((request, response) => {
    request.resume()
    if (request.url === '/error') return response.writeHead(500).end('no')
    response.write('data: 1\n\n')
    response.on('close', () => closed())
  })
  const answer = await send(streamTransport, server.url, { abortAfterChunks: 1, timeoutMs: 3000 })
  expect(answer).toMatchObject({ ending: 'hung-up', status: 200, body: Buffer.from('data: 1\n\n') })
  await gone
  const error = await send(streamTransport, server.url, { abortAfterChunks: 1 }, { ...wire, path: '/error' })
  expect(error).toMatchObject({ ending: 'whole', status: 500 })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  const port = typeof address === 'object' && address ? address.port : 0
  const refused = new Promise<Error>(resolve => connect(port, '127.0.0.1').on('error', resolve))
  expect((await refused).message).toContain('ECONNREFUSED')
  return port
}
