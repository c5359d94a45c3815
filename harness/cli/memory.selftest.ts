import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { temporaryFolder } from '../../fixtures/lethe-process.ts'
import type { Results } from '../model/finding.ts'
import { run, verdictAt } from './small-deployment.suite.ts'

test.skip(process.platform !== 'linux', 'memory is read by Linux’ /proc')

const SINK = 'memory:process'
const PYTHON = '/usr/bin/python3'

/** A gateway as anyone would write it; `after` runs once it has answered, with the prompt at hand. */
const gateway = (after: string) => [
  process.execPath,
  '-e',
  `const kept = []
  require('node:http').createServer((request, response) => {
    let body = ''
    request.on('data', chunk => { body += chunk }).on('end', async () => {
      if (request.method !== 'POST') return response.writeHead(404).end()
      const headers = { 'content-type': 'application/json' }
      const upstream = await fetch(process.env.UPSTREAM + '/v1/chat/completions', { method: 'POST', headers, body })
      response.writeHead(upstream.status, { 'content-type': upstream.headers.get('content-type') })
      response.end(await upstream.text())
      ${after}
    })
  }).listen(Number(process.env.PORT), '127.0.0.1')`,
]

/** Passes bytes through two pieces of memory that it writes zeros into: the prompt's once the answer begins, the answer's at once. */
const CLEAN = `
import os, socket, threading, urllib.parse
upstream = urllib.parse.urlparse(os.environ["UPSTREAM"])
def serve(client):
    server = socket.create_connection((upstream.hostname, upstream.port))
    held = []
    def ask():
        room = bytearray(1 << 20)
        at = 0
        while (n := client.recv_into(memoryview(room)[at:])) > 0:
            server.sendall(memoryview(room)[at:at + n])
            at += n
            held.append((room, at))
        server.shutdown(socket.SHUT_WR)
    def answer():
        room = bytearray(1 << 20)
        while (n := server.recv_into(room)) > 0:
            for asked, length in held:
                asked[:length] = bytes(length)
            client.sendall(memoryview(room)[:n])
            room[:n] = bytes(n)
        client.close()
    for work in (ask, answer):
        threading.Thread(target=work, daemon=True).start()
listener = socket.create_server(("127.0.0.1", int(os.environ["PORT"])))
while True:
    serve(listener.accept()[0])
`

const PROFILE = `
id: memory
title: Gone from memory
sources:
  - { id: s, publisher: P, title: T, read: 2026-11-24, sha256: ${'a'.repeat(64)}, expires: 2099-11-24 }
clauses:
  - { id: TS-INPUT-1, title: inputs, section: S, statement: S, source: s, severity: high,
      rule: { kind: gone-within, data: [input], media: [memory], within: 1s, clock: answered } }
  - { id: TS-OUTPUT-1, title: outputs, section: S, statement: S, source: s, severity: high,
      rule: { kind: gone-within, data: [output], media: [memory], within: 1s, clock: returned } }
`

async function judged(
  command: readonly string[],
  requests: readonly number[] = [],
): Promise<{ code: number | null; results: Results | undefined }> {
  await using folder = await temporaryFolder()
  const profile = join(folder.path, 'profile.yaml')
  await writeFile(profile, PROFILE)
  const upstream = new URL('../../fixtures/upstreams/openai.ts', import.meta.url).href
  const config = join(folder.path, 'lethe.config.ts')
  await writeFile(
    config,
    `import { openaiUpstream } from ${JSON.stringify(upstream)}
    export default {
      name: 'small',
      profile: ${JSON.stringify(profile)},
      deployment: {
        driver: 'process',
        command: ${JSON.stringify(command)},
        env: { PORT: '\${port}', UPSTREAM: '\${services.upstream.url}' },
      },
      services: { upstream: openaiUpstream() },
      surfaces: [{ surface: 'openai.chat', base: '/v1', model: 'gpt-4o' }],
      traffic: { faults: 'none' },
      settle: { quiet: '100ms', atMost: '1s' },
      memory: { requests: ${JSON.stringify(requests)}, times: [] },
      sinks: [{ kind: 'memory' }],
    }`,
  )
  const { code, results, stderr } = await run(folder.path, config)
  expect(code, stderr).not.toBeNull()
  return { code, results }
}

const copiesOf = (results: Results | undefined) =>
  results?.decay?.[0]?.points.map(({ phase, requests, copies }) => ({
    phase,
    requests,
    input: copies.filter(({ data }) => data === 'input').reduce((sum, one) => sum + one.copies, 0),
  })) ?? []

test('an ordinary gateway keeps copies for as long as nothing needs their room: violated, with a curve that falls', async () => {
  const { code, results } = await judged(gateway(''), [10])
  expect(code).toBe(1)
  const finding = verdictAt(results, 'TS-INPUT-1', SINK)
  expect(finding).toMatchObject({ verdict: 'fail', tier: process.getuid?.() === 0 ? 'T1' : 'T0' })
  expect(finding?.sightings[0]?.place).toMatchObject({ kind: 'process', pid: expect.any(Number) })
  const copies = copiesOf(results)
  expect(copies.map(({ phase }) => phase)).toEqual(['asked', 'answering', 'after', 'after', 'after', 'after'])
  expect(copies[0]?.input).toBeGreaterThan(0)
  expect(copies.at(-1)?.input).toBeLessThan(copies[2]?.input ?? 0)
})

test('one that keeps what it was asked: violated', async () => {
  const { code, results } = await judged(gateway('kept.push(body)'))
  expect(code).toBe(1)
  expect(verdictAt(results, 'TS-INPUT-1', SINK)?.verdict).toBe('fail')
})

test('one that writes zeros over it: kept, after a few samples', async () => {
  test.skip(!existsSync(PYTHON), 'takes Debian’s python3, whose buffers are where they seem to be')
  const { code, results } = await judged([PYTHON, '-c', CLEAN])
  expect(verdictAt(results, 'TS-INPUT-1', SINK)).toMatchObject({
    verdict: 'pass',
    reason: expect.stringContaining('Seen in memory before'),
  })
  expect(verdictAt(results, 'TS-OUTPUT-1', SINK)).toMatchObject({
    verdict: 'pass',
    reason: expect.stringContaining('nothing was left'),
  })
  expect(copiesOf(results).map(({ phase }) => phase)).toEqual(['asked', 'answering', 'after', 'after'])
  expect(results?.counts.exchanges).toBe(6)
  expect(code).toBe(0)
})
