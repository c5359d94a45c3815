import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { Bench, scanOf } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import { logFileSink } from './file.ts'

let folder: string

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-log-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

const declared = (path: string, control: 'append' | 'none' = 'append') => ({ kind: 'log-file', path, control }) as const

sinkContract('log-file', async () => {
  const own = await mkdtemp(join(tmpdir(), 'lethe-log-contract-'))
  const path = join(own, 'app.log')
  await writeFile(path, '')
  return {
    sink: logFileSink(declared(path)),
    write: text => appendFile(path, `${JSON.stringify({ msg: text })}\n`),
    holds: async text => (await readFile(path, 'utf8')).includes(text),
    denied: async () => logFileSink(declared(join(own, 'other.log'))),
    [Symbol.asyncDispose]: () => rm(own, { recursive: true, force: true }),
  }
})

test('a log that does not exist yet gets its control at the first scan that finds it', async () => {
  const path = join(folder, 'late.log')
  const bench = new Bench()
  const { open, control } = await bench.opened(logFileSink(declared(path)))
  await using _ = open
  const early = await scanOf(open)
  expect(early.coverage.incomplete).toEqual([{ path, reason: 'no file of that name' }])
  await writeFile(path, '{"level":"info"}\n')
  const { coverage, sightings } = await scanOf(open)
  expect(sightings.map(({ canary }) => canary)).toEqual([control.id])
  expect(coverage.incomplete).toEqual([])
  expect(coverage.fields).toEqual([{ format: 'json', field: 'level', shape: 'token', count: 1, first: `${path}:1` }])
})

test('a log with no right to append is denied its control; `none` is respected', async () => {
  const path = join(folder, 'app.log')
  await writeFile(path, 'line\n')
  const bench = new Bench()
  const none = await logFileSink(declared(path, 'none')).open(bench.context)
  await expect(none.plant(bench.canary('control'))).rejects.toMatchObject({ code: 'SINK_DENIED' })
  expect(await readFile(path, 'utf8')).toBe('line\n')
  await rm(path)
  await mkdir(path)
  const special = await scanOf(none)
  expect(special.coverage.incomplete).toEqual([{ path, reason: 'no file of that name' }])
  expect(special.coverage.skipped).toEqual([{ path, reason: 'is no regular file, not opened' }])
})

test('of several files the newest gets the control; rotated and packed ones are read too', async () => {
  const bench = new Bench()
  const packed = bench.canary()
  const old = join(folder, 'app.1.log.gz')
  await writeFile(old, gzipSync(`{"prompt":"${packed.text}"}\n{"level":"warn"}\n`))
  await writeFile(join(folder, 'older.log'), 'level=info\n')
  await utimes(join(folder, 'older.log'), 1, 1)
  const newest = join(folder, 'app.log')
  await writeFile(newest, 'level=info\n')
  await symlink('app.log', join(folder, 'current.log'))
  const { open, control } = await bench.opened(logFileSink(declared(join(folder, '*.log*'))))
  expect(await readFile(newest, 'utf8')).toContain(control.text)
  const { coverage, sightings } = await scanOf(open)
  expect(coverage.items).toBe(3)
  expect(sightings.find(({ canary }) => canary === packed.id)).toMatchObject({ via: ['gzip'], place: { path: old } })
  expect(coverage.fields?.map(({ format, field, shape, count }) => [format, field, shape, count])).toEqual(
    expect.arrayContaining([
      ['json', 'prompt', 'id', 1],
      ['json', 'level', 'token', 1],
      ['logfmt', 'level', 'token', 2],
    ]),
  )
  await rename(newest, join(folder, 'app.log.rotated'))
  const size = (await stat(join(folder, 'app.log.rotated'))).size
  await open[Symbol.asyncDispose]()
  const after = await readFile(join(folder, 'app.log.rotated'), 'utf8')
  expect(after).not.toContain(control.text)
  expect(after).toHaveLength(size)
})

test('a damaged .gz is said, and what could be read of it is', async () => {
  const path = join(folder, 'app.log.gz')
  const whole = gzipSync(`{"level":"info"}\n`.repeat(10_000) + Math.random())
  await writeFile(path, whole.subarray(0, whole.length - 20))
  await using open = await logFileSink(declared(path)).open(new Bench().context)
  const { coverage } = await scanOf(open)
  expect(coverage.incomplete.map(gap => gap.path)).toContain(path)
  expect(coverage.fields?.find(({ field }) => field === 'level')?.count).toBeGreaterThan(1000)
})

test('other writers’ records survive the control, its planting and its end', async () => {
  const path = join(folder, 'busy.log')
  await writeFile(path, '')
  const writer = spawn(process.execPath, [
    '-e',
    `const fs = require('node:fs'); const fd = fs.openSync(process.argv[1], 'a')
     for (let i = 0; i < 20000; i++) fs.writeSync(fd, 'n=' + i + '\\n')`,
    path,
  ])
  const exit = once(writer, 'exit')
  const bench = new Bench()
  await using opened = await logFileSink(declared(path)).open(bench.context)
  const control = bench.canary('control')
  await opened.plant(control)
  await exit
  expect(await readFile(path, 'utf8')).toContain(control.text)
  await opened[Symbol.asyncDispose]()
  const lines = (await readFile(path, 'utf8')).split('\n').filter(line => line.trim() !== '')
  expect(lines).toEqual(Array.from({ length: 20_000 }, (_, i) => `n=${i}`))
})
