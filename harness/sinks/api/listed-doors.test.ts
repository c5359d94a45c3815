import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { Bench, scanOf } from '../bench.suite.ts'
import { doorsSink } from './doors.ts'
import { listedDoors } from './listed-doors.ts'

const listing = { list: '/files', key: 'path', door: '/read?file={entry}', of: 'a test' }
const anonymous = { as: 'anonymous', credentials: {} } as const
const tenant = { as: 'other-tenant', credentials: { authorization: 'Bearer other' } } as const
const never = new AbortController().signal

/** Answers each path with a text; what is not there, with 404. */
async function serve(pages: (path: string, authorization: string | undefined) => string | undefined) {
  const server = createServer(({ url = '', headers }, response) => {
    const page = pages(url, headers.authorization)
    response.writeHead(page === undefined ? 404 : 200).end(page)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: close }
}

test('each entry becomes a path, encoded, whether the list stands by itself or under `data`', async () => {
  for (const wrap of [(list: object[]) => list, (data: object[]) => ({ object: 'list', data })]) {
    const list = wrap([
      { path: '/a b/$&.log' },
      { path: '/a b/$&.log' },
      { path: '\ud800' },
      { path: 7 },
      { name: 'no path' },
    ])
    await using server = await serve(path => (path === '/files' ? JSON.stringify(list) : undefined))
    const { paths, incomplete } = await listedDoors([listing], server.url, [anonymous], never)
    expect(paths).toEqual(['/read?file=%2Fa%20b%2F%24%26.log', '/read?file=%EF%BF%BD'])
    expect(incomplete).toEqual([])
  }
})

test('a listing is read as every caller, and one that is not there names nothing', async () => {
  await using server = await serve((path, authorization) =>
    path === '/files' ? JSON.stringify([{ path: authorization ?? 'nobody' }]) : undefined,
  )
  const missing = { ...listing, list: '/missing' }
  const { paths } = await listedDoors([listing, missing], server.url, [anonymous, tenant], never)
  expect(paths).toEqual(['/read?file=nobody', '/read?file=Bearer%20other'])
})

test('what is no list of objects names nothing', async () => {
  for (const page of ['<html>', '"text"', '{"data":{}}', '[1,2]', 'null']) {
    await using server = await serve(() => page)
    expect(await listedDoors([listing], server.url, [anonymous], never)).toEqual({ paths: [], incomplete: [] })
  }
})

test('only 200 entries are followed, and a listing that is too long is not read; both are gaps', async () => {
  const entries = Array.from({ length: 201 }, (_, index) => ({ path: `${index}` }))
  await using long = await serve(() => JSON.stringify(entries))
  const cut = await listedDoors([listing], long.url, [anonymous], never)
  expect(cut.paths).toHaveLength(200)
  expect(cut.incomplete).toEqual([{ path: '/files', reason: 'only 200 of its 201 entries were followed' }])

  await using huge = await serve(() => JSON.stringify([{ path: 'x'.repeat(9 * 1024 * 1024) }]))
  const unread = await listedDoors([listing], huge.url, [anonymous], never)
  expect(unread).toEqual({ paths: [], incomplete: [{ path: '/files', reason: 'longer than 8 MiB, not read' }] })
})

test('the doors sink follows what a well-known listing names when it scans, also what came after it was opened', async () => {
  const bench = new Bench()
  const made = bench.canary()
  const files: { path: string }[] = []
  await using server = await serve(path => {
    if (path === '/api/logs/files') return JSON.stringify(files)
    return path === '/api/logs?file=%2Fvar%2Flate.log' ? JSON.stringify([`a line with ${made.text}`]) : undefined
  })
  const sink = doorsSink({ kind: 'doors', paths: [], discover: true }, { baseUrl: server.url, exchanges: () => [] })
  const { open } = await bench.opened(sink)
  await using _ = open
  files.push({ path: '/var/late.log' })
  const { coverage, sightings } = await scanOf(open)
  expect(sightings.filter(({ canary }) => canary === made.id).map(({ place }) => place)).toEqual([
    { kind: 'door', method: 'GET', url: `${server.url}/api/logs?file=%2Fvar%2Flate.log`, caller: 'anonymous' },
  ])
  expect(coverage.incomplete).toEqual([])
})
