import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { connect as connectHttp2, createServer as createHttp2 } from 'node:http2'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { WebSocket, WebSocketServer } from 'ws'
import type { Planting } from '../planting.ts'
import type { Family, Row } from '../row.ts'

const WAIT_MS = 15_000
const MESSAGES = 3

/** What went over a connection in each direction. */
interface Captured {
  readonly up: Buffer
  readonly down: Buffer
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening', { signal: AbortSignal.timeout(WAIT_MS) })
  return (server.address() as AddressInfo).port
}

/**
 * Talks to a server through a tap that keeps the bytes of every connection.
 * @param talk is given the tap's port, and returns when all was said
 */
async function capture(server: Server, talk: (port: number) => Promise<void>): Promise<Captured> {
  const parts: { up: Buffer[]; down: Buffer[] } = { up: [], down: [] }
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    // A connection that is cut at the end has said what it had to say.
    return socket.on('error', () => undefined)
  }
  server.on('connection', keep)
  const port = await listen(server)
  const tap = createServer(near => {
    const far = keep(connect(port, '127.0.0.1'))
    keep(near)
    near.on('data', (part: Buffer) => parts.up.push(part))
    far.on('data', (part: Buffer) => parts.down.push(part))
    near.pipe(far)
    far.pipe(near)
  })
  try {
    await talk(await listen(tap))
  } finally {
    for (const socket of sockets) socket.destroy()
    for (const open of [tap, server]) open.close()
  }
  return { up: Buffer.concat(parts.up), down: Buffer.concat(parts.down) }
}

/** A row of what was captured; `replay` lets a real peer read it again. */
function captured(
  name: string,
  how: string,
  content: (planting: Planting) => Promise<Buffer>,
  replay: (bytes: Buffer) => Promise<string>,
): Row {
  return {
    name,
    how,
    needs: [],
    make: async planting => planting.write('capture.bin', await content(planting)),
    undo: planting => replay(readFileSync(planting.path('capture.bin'))),
  }
}

/** Sends bytes to a server. @param heard what it made of them */
async function send(server: Server, bytes: Buffer, heard: Promise<string>): Promise<string> {
  const socket = connect(await listen(server), '127.0.0.1').on('error', () => undefined)
  socket.write(bytes)
  try {
    return await Promise.race([heard, late('what was captured')])
  } finally {
    socket.destroy()
    server.close()
  }
}

function replayWebSocket(bytes: Buffer): Promise<string> {
  const http = createHttp()
  const server = new WebSocketServer({ server: http, perMessageDeflate: true })
  const heard = new Promise<string>(resolve => {
    server.on('connection', socket => {
      const messages: string[] = []
      socket.on('message', data => messages.push(String(data)) === MESSAGES && resolve(messages.join('\n')))
    })
  })
  return send(http, bytes, heard)
}

function replayHttp2(bytes: Buffer): Promise<string> {
  const server = createHttp2()
  const heard = new Promise<string>(resolve => {
    server.on('stream', (stream, headers) => {
      let body = ''
      stream.on('data', part => {
        body += String(part)
      })
      stream.on('end', () => resolve(JSON.stringify(headers) + body))
    })
  })
  return send(server, bytes, heard)
}

/** Answers a real client with what was captured. */
async function replayHttp(bytes: Buffer): Promise<string> {
  const server = createServer(socket => socket.on('error', () => undefined).end(bytes))
  const port = await listen(server)
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(WAIT_MS) })
    return await response.text()
  } finally {
    server.close()
  }
}

const deflate = (takeover: boolean) => ({
  threshold: 0,
  clientNoContextTakeover: !takeover,
  serverNoContextTakeover: !takeover,
})

/** Three messages, of which the text is the last: with context takeover it refers back to the others. */
async function overWebSocket(
  { text, canary }: Planting,
  perMessageDeflate: ReturnType<typeof deflate> | false,
): Promise<Buffer> {
  const http = createHttp()
  const server = new WebSocketServer({ server: http, perMessageDeflate })
  const { up } = await capture(http, async port => {
    const received = new Promise<void>(resolve => {
      server.on('connection', socket => socket.on('message', data => String(data).includes(canary) && resolve()))
    })
    const client = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate })
    await once(client, 'open', { signal: AbortSignal.timeout(WAIT_MS) })
    for (const message of ['{"type":"hello"}', text.replaceAll(canary, 'something else'), text]) client.send(message)
    await Promise.race([received, late('the message')])
    client.terminate()
  })
  server.close()
  return up
}

async function overHttp2(headers: Record<string, string>, body: string | null): Promise<Buffer> {
  const server = createHttp2((request, response) => {
    request.resume().on('end', () => response.end('ok'))
  })
  const { up } = await capture(server, async port => {
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    const request = session.request({ ':method': 'POST', ':path': '/v1/completions', ...headers })
    request.end(body ?? '')
    request.resume()
    await once(request, 'close', { signal: AbortSignal.timeout(WAIT_MS) })
    session.destroy()
  })
  return up
}

/** An answer in chunks of one write each. */
async function overHttp(pieces: readonly (string | Buffer)[], headers: Record<string, string>): Promise<Buffer> {
  const server = createHttp((_, response) => {
    response.writeHead(200, headers)
    for (const piece of pieces) response.write(piece)
    response.end()
  })
  const { down } = await capture(server, async port => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(WAIT_MS) })
    await response.arrayBuffer()
  })
  return down
}

async function late(what: string): Promise<never> {
  throw new Error(
    `${what} did not arrive: ${await new Promise(resolve => setTimeout(resolve, WAIT_MS, 'in time').unref())}`,
  )
}

/** Two pieces, the canary cut in its middle. */
function atCanary({ text, canary }: Planting): string[] {
  const middle = text.indexOf(canary) + canary.length / 2
  return [text.slice(0, middle), text.slice(middle)]
}

const inFours = (text: string): string[] => text.match(/.{1,4}/gs) ?? []

function halves(bytes: Buffer): Buffer[] {
  const middle = Math.floor(bytes.length / 2)
  return [bytes.subarray(0, middle), bytes.subarray(middle)]
}

/** Captured on the wire, from real peers over loopback: the payload of the TCP connection. */
export const wire: Family = {
  title: 'On the wire',
  rows: [
    captured('HTTP/1.1, chunks', 'node:http', it => overHttp(atCanary(it), {}), replayHttp),
    captured('HTTP/1.1, chunks of one token', 'node:http', ({ text }) => overHttp(inFours(text), {}), replayHttp),
    captured(
      'HTTP/1.1, chunks of gzip',
      'node:http, node:zlib',
      ({ text }) => overHttp(halves(gzipSync(text)), { 'content-encoding': 'gzip' }),
      replayHttp,
    ),
    captured('HTTP/2, body', 'node:http2', ({ text }) => overHttp2({}, text), replayHttp2),
    captured(
      'HTTP/2, header by Huffman',
      'node:http2, HPACK (RFC 7541)',
      ({ canary }) => overHttp2({ 'x-prompt': `say ${canary} again` }, null),
      replayHttp2,
    ),
    captured(
      'HTTP/2, path by Huffman',
      'node:http2, HPACK (RFC 7541)',
      ({ canary }) => overHttp2({ ':path': `/v1/completions?prompt=${canary}` }, null),
      replayHttp2,
    ),
    captured('WebSocket, masked', 'npm ws, no compression', it => overWebSocket(it, false), replayWebSocket),
    captured(
      'WebSocket, permessage-deflate',
      'npm ws, no context takeover (RFC 7692)',
      it => overWebSocket(it, deflate(false)),
      replayWebSocket,
    ),
    captured(
      'WebSocket, context takeover',
      'npm ws (RFC 7692)',
      it => overWebSocket(it, deflate(true)),
      replayWebSocket,
    ),
  ],
}
