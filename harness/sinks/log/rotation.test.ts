import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import type { Scanner } from '../../scan/scan.ts'
import { Bench, scanOf } from '../bench.suite.ts'
import { logFileSink } from './file.ts'
import { LogEnds, scanSeams } from './rotation.ts'

let folder: string

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-rotation-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

const NAMES: readonly (readonly [older: string, middle: string, newer: string])[] = [
  ['app.log.2.gz', 'app.log.1', 'app.log'],
  ['app.log.10', 'app.log.9', 'app.log.8'],
  ['app.2.log.gz', 'app.1.log', 'app.log'],
  ['app.log-20261122.gz', 'app.log-20261123', 'app.log'],
  ['app-2026-11-22.log', 'app-2026-11-23.log.gz', 'app.log'],
]

for (const names of NAMES) {
  test(`what rotation cut is found once, in ${names.join(', ')}`, async () => {
    const bench = new Bench()
    const [tokens, split, whole] = [bench.canary(), bench.canary(), bench.canary()]
    const line = (text: string): string => `${JSON.stringify({ msg: text })}\n`
    const pieces = tokens.text.match(/.{1,4}/g) ?? []
    const texts = [
      `${line('begin')}${line(whole.text)}${pieces.slice(0, 6).map(line).join('')}`,
      `${pieces.slice(6).map(line).join('')}${line('x'.repeat(90_000))}{"msg":"${split.text.slice(0, 26)}`,
      `${split.text.slice(26)}"}\n${line('end')}`,
    ]
    for (const [index, name] of names.entries()) {
      const text = texts[index] ?? ''
      await writeFile(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text)
    }
    await using open = await logFileSink({
      kind: 'log-file',
      path: join(folder, '*.log*'),
      control: 'none',
    }).open(bench.context)
    const { coverage, sightings } = await scanOf(open)
    expect(coverage.incomplete).toEqual([])
    const of = (id: string) => sightings.filter(({ canary }) => canary === id)
    expect(of(whole.id)).toHaveLength(1)
    expect(of(tokens.id)).toMatchObject([{ via: ['rotation', 'records'], place: { path: join(folder, names[0]) } }])
    expect(of(split.id)).toMatchObject([{ via: ['rotation'], place: { path: join(folder, names[1]) } }])
  })
}

test('files of different logs are not joined', async () => {
  const bench = new Bench()
  const { id, text } = bench.canary()
  await writeFile(join(folder, 'one.log.1'), text.slice(0, 26))
  await writeFile(join(folder, 'two.log'), text.slice(26))
  await using open = await logFileSink({ kind: 'log-file', path: join(folder, '*'), control: 'none' }).open(
    bench.context,
  )
  const { sightings } = await scanOf(open)
  expect(sightings.map(({ canary }) => canary)).not.toContain(id)
})

test('what a scan of a seam leaves unread is said of the older file; what its ends say alone is not said again', async () => {
  const bench = new Bench()
  const { scanner } = bench.context
  const bytes = (text: string): LogEnds => {
    const ends = new LogEnds()
    ends.push(Buffer.from(text))
    return ends
  }
  const bounded: Scanner = {
    ...scanner,
    open: onHit => {
      const stream = scanner.open(onHit)
      let parts = 0
      return {
        push: async chunk => {
          parts++
          await stream.push(chunk)
        },
        end: async () => ({
          ...(await stream.end()),
          incomplete: parts === 2 ? ['cut at offset 12', 'too many fields'] : ['cut at offset 7'],
        }),
      }
    },
  }
  const said: string[] = []
  const logs = ['app.log', 'app.log.1'].map(path => ({ path, shown: path, ends: bytes(`${path}\n`) }))
  await scanSeams(logs, {
    scanner: bounded,
    emit: () => {},
    incomplete: (shown, reason) => said.push(`${shown}: ${reason}`),
  })
  expect(said).toEqual(['app.log.1: where it was rotated: too many fields'])
})
