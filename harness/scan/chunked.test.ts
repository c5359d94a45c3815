import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { freshCanary, noise, prose, scanInPieces } from './decoders/planted.suite.ts'

const canary = freshCanary()
const HEADER = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nDate: now\r\n\r\n'

/** What a real server sends for a body that is written in these pieces: its header in the case that is asked for. */
async function served(pieces: readonly (string | Uint8Array)[], field = 'Transfer-Encoding'): Promise<Buffer> {
  const server = createServer((_, response) => {
    response.writeHead(200, [field, 'chunked'])
    for (const piece of pieces) response.write(piece)
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part as Buffer)
  server.close()
  return Buffer.concat(parts)
}

const tokensOf = (text: string): string[] => text.match(/.{1,4}/gs) ?? []

test('a body in chunks of one token is found, in both cases of the header', async () => {
  const text = `${prose('before', 300)}${canary.text}${prose('after', 300)}`
  for (const field of ['Transfer-Encoding', 'transfer-encoding']) {
    const sent = await served(tokensOf(text), field)
    expect(sent.includes(canary.text)).toBe(false)
    for (const piece of [100_000, 61]) {
      const { hits, incomplete } = await scanInPieces(Buffer.concat([noise('a', 50), sent, sent]), piece)
      expect(hits.map(hit => [hit.canary, ...hit.via])).toEqual(Array(2).fill([canary.id, 'chunked']))
      expect(incomplete).toEqual([])
    }
  }
})

test('a container in chunks is opened, and events in chunks are joined', async () => {
  const packed = gzipSync(`${prose('packed', 9000)} ${canary.text} ${prose('more', 9000)}`)
  const chunks = Array.from({ length: Math.ceil(packed.length / 700) }, (_, at) =>
    packed.subarray(700 * at, 700 * (at + 1)),
  )
  const inGzip = await scanInPieces(await served(chunks))
  expect(inGzip.hits.map(hit => [hit.canary, ...hit.via])).toEqual([[canary.id, 'chunked', 'gzip']])
  expect(inGzip.incomplete).toEqual([])
  const events = tokensOf(canary.text).map(
    token => `data: ${JSON.stringify({ choices: [{ delta: { content: token } }] })}\n\n`,
  )
  const joined = await scanInPieces(await served(events))
  expect(joined.ids).toEqual(new Set([canary.id]))
  expect(joined.incomplete).toEqual([])
})

test('a body that is cut is read as far as it goes', async () => {
  const body = tokensOf(`${canary.text}, and more that does not come`).map(
    token => `${token.length.toString(16)};x=1\r\n${token}\r\n`,
  )
  const cut = Buffer.from(`${HEADER}${body.join('')}`).subarray(0, -9)
  const { ids, incomplete } = await scanInPieces(cut)
  expect([ids, incomplete]).toEqual([new Set([canary.id]), []])
})

test('a header without chunks hides nothing and says nothing', async () => {
  const packed = gzipSync(`${prose('packed', 900)} ${canary.text}`)
  for (const [after, via] of [
    [`${canary.text} is no chunk`, []],
    [`4\r\nabcdef\r\n${canary.text}`, []],
    [`zz\r\n${'x'.repeat(300)}${canary.text}`, []],
    [packed, ['gzip']],
    [Buffer.concat([Buffer.from('3\r\nabc\r\n'), packed]), ['gzip']],
  ] as const) {
    const { hits, incomplete } = await scanInPieces(Buffer.concat([Buffer.from(HEADER), Buffer.from(after)]))
    expect(hits.map(hit => [hit.canary, ...hit.via])).toEqual([[canary.id, ...via]])
    expect(incomplete).toEqual([])
  }
  const logged = `{"headers":"Transfer-Encoding: chunked\\r\\nDate"} Transfer-Encoding: chunked\r\nDate: ${canary.text}`
  expect((await scanInPieces(Buffer.from(logged))).hits.map(hit => hit.via)).toEqual([[]])
})
