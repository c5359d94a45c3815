import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { expect, test } from '@playwright/test'
import type { PerMessageDeflateOptions } from 'ws'
import { WebSocket, WebSocketServer } from 'ws'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { createScanner } from './scanner.ts'

const key = RunKey.fromHex('3b'.repeat(32))
const mint = new Mint(key)
const fresh = () => mint.mint({ role: 'payload', data: null, exchange: null, field: null, position: 'whole' })
const [asked, answered, pinged] = [fresh(), fresh(), fresh()]
const scanner = createScanner(key)

/** What a tap between a client and a server saw: each direction, and both in the order of arrival. */
interface Tapped {
  readonly client: Buffer
  readonly server: Buffer
  readonly both: Buffer
}

const words = (seed: string, bytes: number): string =>
  createHash('shake256', { outputLength: bytes }).update(seed).digest('hex')

/** Talks over a real connection: three questions, one in fragments with a ping between, each answered. */
async function tapped(perMessageDeflate: PerMessageDeflateOptions | boolean): Promise<Tapped> {
  const seen: [from: 'client' | 'server', bytes: Buffer][] = []
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate })
  server.on('connection', socket => socket.on('message', text => socket.send(`you said ${text} ${answered.text}`)))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const tap = createServer(near => {
    const far = connect(port, '127.0.0.1')
    near.on('data', bytes => seen.push(['client', bytes]) && far.write(bytes)).on('end', () => far.end())
    far.on('data', bytes => seen.push(['server', bytes]) && near.write(bytes)).on('end', () => near.end())
  }).listen(0, '127.0.0.1')
  await once(tap, 'listening')
  const client = new WebSocket(`ws://127.0.0.1:${(tap.address() as AddressInfo).port}`, { perMessageDeflate })
  await once(client, 'open')
  for (const question of [words('first', 3000), `${words('first', 3000)} ${asked.text}`]) {
    client.send(question)
    await once(client, 'message')
  }
  client.send(`${asked.text.slice(0, 30)}`, { fin: false })
  client.ping(pinged.text)
  await once(client, 'pong')
  client.send(`${asked.text.slice(30)}`, { fin: true })
  await once(client, 'message')
  client.close()
  await once(client, 'close')
  server.close()
  tap.close()
  const of = (side?: string): Buffer =>
    Buffer.concat(seen.filter(([from]) => side === undefined || from === side).map(([, bytes]) => bytes))
  return { client: of('client'), server: of('server'), both: of() }
}

async function scan(
  bytes: Uint8Array,
): Promise<{ ids: Set<string>; vias: Set<string>; incomplete: readonly string[] }> {
  const ids = new Set<string>()
  const vias = new Set<string>()
  const stream = scanner.open(({ canary, via }) => {
    ids.add(canary)
    vias.add(via.join(' › '))
  })
  for (let at = 0; at < bytes.length; at += 999) await stream.push(bytes.subarray(at, at + 999))
  return { ids, vias, incomplete: (await stream.end()).incomplete }
}

for (const [title, options] of [
  ['plain, where a client masks', false],
  ['packed', { threshold: 0 }],
  ['packed, each message alone', { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true }],
  ['packed in a small window', { threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 9 }],
] as const) {
  test(`websocket messages ${title}, are found in each direction and in both`, async () => {
    const { client, server, both } = await tapped(options)
    expect(client.includes(asked.text)).toBe(false)
    expect(server.includes(asked.text)).toBe(options === false)
    const fromClient = await scan(client)
    expect(fromClient).toEqual({ ids: new Set([asked.id, pinged.id]), vias: new Set(['websocket']), incomplete: [] })
    const fromServer = await scan(Buffer.concat([Buffer.from('a capture: '), server, Buffer.from('the end')]))
    expect(fromServer.ids).toEqual(new Set([asked.id, answered.id, pinged.id]))
    expect(fromServer.incomplete).toEqual([])
    const fromBoth = await scan(both)
    expect(fromBoth).toEqual({ ids: fromServer.ids, vias: new Set(['websocket']), incomplete: [] })
  })
}

test('a message that is cut is read as far as it goes, a damaged one is said', async () => {
  const { client } = await tapped({ threshold: 0 })
  const cut = await scan(client.subarray(0, client.length - 40))
  expect(cut.ids).toContain(asked.id)
  const damaged = Buffer.from(client)
  const body = damaged.indexOf('\r\n\r\n') + 4
  damaged.fill(0xff, body + 20, body + 60)
  expect((await scan(damaged)).incomplete.join()).toMatch(/websocket at offset \d+: websocket is damaged/)
})

test('a handshake in a log, with other text behind it, is no connection', async () => {
  for (const after of ['', 'Body', 'HTTP/1.1 101 Switching\r\n\r\n', '\x81', 'AB'.repeat(90)]) {
    const text = `GET / HTTP/1.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n${after} ${asked.text}`
    const { ids, incomplete } = await scan(Buffer.from(text, 'latin1'))
    expect(ids).toEqual(new Set([asked.id]))
    expect(incomplete).toEqual([])
  }
})
