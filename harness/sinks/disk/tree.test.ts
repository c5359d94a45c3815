import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFile,
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { Bench, scanOf, until } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import type { SinkSighting } from '../sink.ts'
import { diskSink } from './tree.ts'

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'lethe-disk-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

async function treeHolds(path: string, text: string): Promise<boolean> {
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name), 'latin1')).includes(text)) return true
  }
  return false
}

sinkContract('disk', async () => {
  const tree = await folder()
  return {
    sink: diskSink({ kind: 'disk', path: tree.path }),
    write: text => writeFile(join(tree.path, 'notes.txt'), text),
    holds: text => treeHolds(tree.path, text),
    denied: async () => diskSink({ kind: 'disk', path: join(tree.path, 'not-there') }),
    [Symbol.asyncDispose]: () => tree[Symbol.asyncDispose](),
  }
})

const finalOf = (sightings: readonly SinkSighting[]) =>
  sightings.filter(({ scan, role }) => scan === undefined && role === 'payload')

test('FIFO, socket, device and symbolic links are never opened nor followed', async () => {
  await using tree = await folder()
  const bench = new Bench()
  const payload = bench.canary()
  await run('mkfifo', [join(tree.path, 'pipe')])
  const server = createServer().listen(join(tree.path, 'socket'))
  await once(server, 'listening')
  if (isRoot) await run('mknod', [join(tree.path, 'device'), 'c', '1', '5']).catch(() => {})
  const made = await readdir(tree.path)
  await mkdir(join(tree.path, 'loop'))
  await symlink('..', join(tree.path, 'loop', 'up'))
  await symlink(`/nowhere/${payload.text}`, join(tree.path, 'dangling'))
  const { open } = await bench.opened(diskSink({ kind: 'disk', path: tree.path }))
  await using _ = open
  const { coverage, sightings } = await scanOf(open)
  expect(coverage.incomplete).toEqual([])
  expect(coverage.skipped.map(({ path }) => basename(path)).sort()).toEqual(made.sort())
  expect(coverage.skipped.every(({ reason }) => reason.includes('not opened'))).toBe(true)
  expect(finalOf(sightings).map(({ canary, place }) => [canary, place])).toEqual([
    [payload.id, { kind: 'name', path: `${join(tree.path, 'dangling')} → its target` }],
  ])
  server.close()
})

test('names are scanned and shown without their canaries, whatever bytes they are', async () => {
  await using tree = await folder()
  const bench = new Bench()
  const [inFile, inFolder, odd] = [bench.canary(), bench.canary(), bench.canary()]
  await mkdir(join(tree.path, `of ${inFolder.text}`))
  await writeFile(join(tree.path, `of ${inFolder.text}`, `new\nline ${inFile.text}.txt`), 'x')
  const bytes = Buffer.concat([Buffer.from(`${tree.path}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.bin')])
  await writeFile(bytes, `in a file whose name is no UTF-8: ${odd.text}`)
  const { open } = await bench.opened(diskSink({ kind: 'disk', path: tree.path }))
  await using _ = open
  const { coverage, sightings } = await scanOf(open)
  expect(coverage.incomplete).toEqual([])
  const shownFolder = join(tree.path, `of {canary ${inFolder.id}}`)
  const shownFile = join(shownFolder, `new\nline {canary ${inFile.id}}.txt`)
  const places = new Map(finalOf(sightings).map(({ canary, place }) => [canary, place]))
  expect(places.get(inFolder.id)).toEqual({ kind: 'name', path: shownFolder })
  expect(places.get(inFile.id)).toEqual({ kind: 'name', path: shownFile })
  expect(places.get(odd.id)).toMatchObject({ kind: 'file' })
  expect(JSON.stringify([coverage, sightings])).not.toContain(inFile.text)
})

test('a hard link is scanned once; gzip within a large file is found at its offset', async () => {
  await using tree = await folder()
  const bench = new Bench()
  const [linked, packed] = [bench.canary(), bench.canary()]
  await writeFile(join(tree.path, 'a'), linked.text)
  await link(join(tree.path, 'a'), join(tree.path, 'b'))
  const offset = 700_000
  await writeFile(join(tree.path, 'large'), Buffer.concat([Buffer.alloc(offset, 'x'), gzipSync(packed.text)]))
  const { open } = await bench.opened(diskSink({ kind: 'disk', path: tree.path }))
  await using _ = open
  const { coverage, sightings } = await scanOf(open)
  expect(finalOf(sightings).filter(({ canary }) => canary === linked.id)).toHaveLength(1)
  expect(finalOf(sightings).find(({ canary }) => canary === packed.id)).toMatchObject({ offset, via: ['gzip'] })
  expect(coverage.items).toBe(3)
})

test('a file that is gone again before the scan is seen while traffic runs', async () => {
  await using tree = await folder()
  const bench = new Bench()
  const { open, control } = await bench.opened(diskSink({ kind: 'disk', path: tree.path }))
  await using _ = open
  const payload = bench.canary()
  const path = join(tree.path, 'spool')
  await writeFile(path, payload.text)
  await until(async () => (await scanOf(open)).sightings.some(({ scan }) => scan === 'during-traffic'))
  await rm(path)
  const { sightings, coverage } = await scanOf(open)
  expect(sightings.map(({ canary, scan, place }) => [canary, scan, place])).toEqual(
    expect.arrayContaining([[payload.id, 'during-traffic', { kind: 'file', path }]]),
  )
  expect(sightings.filter(({ role }) => role === 'control').map(({ canary, scan }) => [canary, scan])).toEqual([
    [control.id, undefined],
  ])
  expect(coverage.incomplete).toEqual([])
})

test('a file that grows and files that vanish while they are scanned neither hang it nor spoil it', async () => {
  await using tree = await folder()
  const bench = new Bench()
  const { open } = await bench.opened(diskSink({ kind: 'disk', path: tree.path }))
  await using _ = open
  const churn = spawn(
    process.execPath,
    [
      '-e',
      `const fs = require('node:fs'); process.chdir(process.argv[1])
       for (let i = 0; ; i++) { fs.appendFileSync('grows', 'x'.repeat(4096)); fs.writeFileSync('v' + i, 'x'); if (i >= 20) fs.rmSync('v' + (i - 20));
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1) }`,
      tree.path,
    ],
    { stdio: 'ignore' },
  )
  await until(async () => (await stat(join(tree.path, 'grows')).catch(() => null))?.size !== undefined)
  const { coverage } = await scanOf(open)
  churn.kill('SIGKILL')
  await once(churn, 'exit')
  expect(coverage.incomplete).toEqual([])
  expect(coverage.items).toBeGreaterThan(1)
})

test('Lethe’s own files are not scanned, and that is said', async () => {
  await using tree = await folder()
  const own = join(tree.path, 'run')
  const bench = new Bench([own])
  const [mine, theirs] = [bench.canary(), bench.canary()]
  await mkdir(own)
  const { open } = await bench.opened(diskSink({ kind: 'disk', path: tree.path }))
  await using _ = open
  await writeFile(join(own, 'key'), mine.text)
  await writeFile(join(tree.path, 'run-of-theirs'), theirs.text)
  await until(async () => (await scanOf(open)).sightings.some(({ scan }) => scan === 'during-traffic'))
  const { coverage, sightings } = await scanOf(open)
  expect(new Set(sightings.map(({ canary }) => canary))).not.toContain(mine.id)
  expect(new Set(sightings.map(({ canary }) => canary))).toContain(theirs.id)
  expect(coverage.skipped).toEqual([{ path: own, reason: 'is Lethe’s own' }])
})

test('a folder and a file without permission are incomplete, by name', async () => {
  await using tree = await folder()
  await chmod(tree.path, 0o755)
  await mkdir(join(tree.path, 'shut'))
  await writeFile(join(tree.path, 'shut', 'file'), 'x')
  await writeFile(join(tree.path, 'secret'), 'x')
  await writeFile(join(tree.path, 'public'), 'x')
  await chmod(join(tree.path, 'shut'), 0o000)
  await chmod(join(tree.path, 'secret'), 0o000)
  const coverage = await coverageAsNobody(tree.path)
  await chmod(join(tree.path, 'shut'), 0o700)
  expect(coverage.incomplete.map(({ path }) => basename(path)).sort()).toEqual(['secret', 'shut'])
  expect(coverage.incomplete.every(({ reason }) => reason.includes('EACCES'))).toBe(true)
  expect(coverage.items).toBe(1)
})

test('a tree that is shut altogether is denied when it is opened, with the mend', async () => {
  await using tree = await folder()
  await chmod(tree.path, 0o000)
  const { error } = await coverageAsNobody(tree.path)
  await chmod(tree.path, 0o700)
  expect(error).toMatchObject({ code: 'SINK_DENIED', mend: expect.stringContaining('read') })
})

test('a tree of one file holds no control, and says so', async () => {
  await using tree = await folder()
  const path = join(tree.path, 'app.db')
  const bench = new Bench()
  const payload = bench.canary()
  await writeFile(path, payload.text)
  await using open = await diskSink({ kind: 'disk', path }).open(bench.context)
  await expect(open.plant(bench.canary('control'))).rejects.toMatchObject({ code: 'SINK_DENIED' })
  await appendFile(path, 'more')
  expect(finalOf((await scanOf(open)).sightings).map(({ canary }) => canary)).toEqual([payload.id])
})

interface Told {
  readonly incomplete: { path: string; reason: string }[]
  readonly items: number
  readonly error?: { code: string; mend: string }
}

/** Root may read everything, so a test that is root scans in a process that becomes nobody. */
async function coverageAsNobody(path: string): Promise<Told> {
  const script = `
    import { diskSink } from ${JSON.stringify(new URL('./tree.ts', import.meta.url).href)}
    import { Bench, scanOf } from ${JSON.stringify(new URL('../bench.suite.ts', import.meta.url).href)}
    if (process.getuid() === 0) { process.setgroups([]); process.setgid(65534); process.setuid(65534) }
    try {
      const open = await diskSink({ kind: 'disk', path: ${JSON.stringify(path)} }).open(new Bench().context)
      console.log(JSON.stringify((await scanOf(open)).coverage))
      await open[Symbol.asyncDispose]()
    } catch (error) { console.log(JSON.stringify({ error: { code: error.code, mend: error.mend } })) }`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
  return JSON.parse(stdout)
}
