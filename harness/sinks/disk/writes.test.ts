import { execFile, spawnSync } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { Bench, scanOf } from '../bench.suite.ts'
import { type ContractSubject, sinkContract } from '../contract.suite.ts'
import {
  type ChannelName,
  declared,
  isRoot,
  NEEDS_ROOT,
  type Watched,
  WritingDeployment,
  watched,
} from './writes.suite.ts'
import { writesSink } from './writes.ts'

const run = promisify(execFile)
/** what /bin/sh really is */
const SHELL = basename(realpathSync('/bin/sh'))
const PYTHON = '/usr/bin/python3'
const hasStrace = spawnSync('strace', ['-V']).status === 0
const NEEDS_STRACE = 'strace is not installed'

async function subject(channel: ChannelName): Promise<ContractSubject> {
  const deployment = await WritingDeployment.make()
  const { folder, environment } = deployment
  return {
    sink: writesSink(declared([folder], channel), environment),
    start: () => deployment.start(),
    write: text => deployment.does(`fs.writeFileSync(dir + '/notes', ${JSON.stringify(text)})`),
    denied: async () => writesSink(declared([join(folder, 'not-there')], channel), environment),
    [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
  }
}

test.describe('by fanotify', () => {
  test.skip(!isRoot, NEEDS_ROOT)
  sinkContract('disk writes by fanotify', () => subject('fanotify'))
})
test.describe('by strace', () => {
  test.skip(!hasStrace, NEEDS_STRACE)
  sinkContract('disk writes by strace', () => subject('strace'))
})
sinkContract('disk writes by chokidar', () => subject('chokidar'))

/** Each is a program of the deployment's; `text` is a canary. Nothing of it is there when the program is done. */
const patterns: Record<string, string> = {
  'written and unlinked at once': `fs.writeFileSync(dir + '/f', text); fs.unlinkSync(dir + '/f')`,
  O_TMPFILE: `const fd = fs.openSync(dir, O_TMPFILE | 2); fs.writeSync(fd, text); fs.closeSync(fd)`,
  'unlinked while it is open': `const fd = fs.openSync(dir + '/f', 'w'); fs.unlinkSync(dir + '/f'); fs.writeSync(fd, text); fs.closeSync(fd)`,
  'renamed over': `fs.writeFileSync(dir + '/f.tmp', text); fs.renameSync(dir + '/f.tmp', dir + '/f'); fs.writeFileSync(dir + '/f.tmp', 'clean'); fs.renameSync(dir + '/f.tmp', dir + '/f')`,
  'split over two writes': `const fd = fs.openSync(dir + '/f', 'w'); fs.writeSync(fd, text.slice(0, 26)); fs.writeSync(fd, text.slice(26)); fs.closeSync(fd); fs.unlinkSync(dir + '/f')`,
  'gathered by writev': `const fd = fs.openSync(dir + '/f', 'w'); fs.writevSync(fd, [Buffer.from('{"prompt":"'), Buffer.from(text)]); fs.closeSync(fd); fs.unlinkSync(dir + '/f')`,
  'at 300 KiB of a large file': `fs.writeFileSync(dir + '/f', 'x'.repeat(300 * 1024) + text); fs.unlinkSync(dir + '/f')`,
  'at the end of 1 TiB of hole': `const fd = fs.openSync(dir + '/f', 'w'); fs.writeSync(fd, text, 2 ** 40); fs.closeSync(fd); fs.unlinkSync(dir + '/f')`,
  'SQLite’s log, secure delete': `const { DatabaseSync } = require('node:sqlite'); const db = new DatabaseSync(dir + '/db');
    db.exec('pragma journal_mode=wal; pragma secure_delete=on; create table t(x); '); db.exec("insert into t values('" + text + "')"); db.exec('delete from t'); db.close()`,
  'a name, for a moment': `fs.mkdirSync(dir + '/' + text); fs.rmdirSync(dir + '/' + text)`,
  'by a child that is gone': `execFileSync('/bin/sh', ['-c', 'echo $1 > $2; rm $2', 'sh', text, dir + '/f'])`,
  'by a daemon that dropped its environment': `execFileSync('/bin/sh', ['-c', 'env -i /usr/bin/setsid /bin/sh -c "(sleep 0.1; echo $1 > $2; rm $2; echo > $2.done) &"', 'sh', text, dir + '/f']);
    while (!fs.existsSync(dir + '/f.done')) {}`,
}

/** By Debian's python3. */
const inPython: Record<string, string> = {
  mapped: `f = os.open(p, os.O_CREAT | os.O_RDWR); os.ftruncate(f, 4096); m = mmap.mmap(f, 4096); os.close(f); m[0:52] = t; m.close(); os.unlink(p)`,
  'copied by sendfile': `s = os.memfd_create('s'); os.write(s, t); os.lseek(s, 0, 0); f = os.open(p, os.O_CREAT | os.O_RDWR); os.sendfile(f, s, 0, 52); os.close(f); os.unlink(p)`,
  spliced: `r, w = os.pipe(); os.write(w, t); f = os.open(p, os.O_CREAT | os.O_RDWR); os.splice(r, f, 52); os.close(f); os.unlink(p)`,
}

function pythonProgram(program: string): string {
  return `execFileSync('${PYTHON}', ['-c', ${JSON.stringify(`import os, mmap, sys\np, t = sys.argv[1], sys.argv[2].encode()\n${program}`)}, dir + '/f', text])`
}

/** Runs each program with a canary of its own. @returns what was sought, by the canary's id */
async function eachWithCanary(all: Watched, programs: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const sought = new Map<string, string>()
  for (const [what, code] of Object.entries(programs)) {
    const canary = all.bench.canary()
    sought.set(canary.id, what)
    await all.deployment.does(`const text = '${canary.text}'; ${code}`)
  }
  return sought
}

test('fanotify sees whatever was written, and by whom', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  await using all = await watched('fanotify')
  const sought = await eachWithCanary(all, patterns)
  const { sightings, coverage } = await scanOf(all.open)
  const seen = new Set(sightings.map(({ canary }) => sought.get(canary)))
  for (const what of sought.values()) expect.soft(seen, what).toContain(what)
  expect(coverage.incomplete).toEqual([])
  const writers = sightings.flatMap(({ place, canary }) =>
    place.kind === 'file' ? [`${sought.get(canary)}: ${place.by?.name}`] : [],
  )
  expect(writers).toContain('written and unlinked at once: node')
  expect(writers).toContain(`by a child that is gone: ${SHELL}`)
  const hole = sightings.find(({ canary }) => sought.get(canary) === 'at the end of 1 TiB of hole')
  expect(hole?.offset).toBe(2 ** 40)
})

test('fanotify sees what was written without a write', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  test.skip(!existsSync(PYTHON), 'Debian’s python3 is not installed')
  await using all = await watched('fanotify')
  const sought = await eachWithCanary(
    all,
    Object.fromEntries(Object.entries(inPython).map(([what, code]) => [what, pythonProgram(code)])),
  )
  const { sightings, coverage } = await scanOf(all.open)
  const seen = new Set(sightings.map(({ canary }) => sought.get(canary)))
  for (const what of sought.values()) expect.soft(seen, what).toContain(what)
  expect(coverage.incomplete).toEqual([])
})

test('a thousand files that were gone at once are all caught', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  await using all = await watched('fanotify')
  const canaries = Array.from({ length: 1000 }, () => all.bench.canary())
  const list = join(all.deployment.folder, 'list')
  const texts = JSON.stringify(canaries.map(({ text }) => text))
  // By this process, which is Lethe's: nothing of it counts.
  await writeFile(list, texts)
  await all.deployment.does(
    `for (const text of JSON.parse(fs.readFileSync(dir + '/list', 'utf8'))) { fs.writeFileSync(dir + '/f', text); fs.unlinkSync(dir + '/f') }`,
  )
  const { sightings, coverage } = await scanOf(all.open)
  const places = new Map(sightings.map(({ canary, place }) => [canary, 'path' in place ? place.path : '']))
  expect(new Set(canaries.map(({ id }) => places.get(id)))).toEqual(new Set([join(all.deployment.folder, 'f')]))
  expect(coverage.incomplete).toEqual([])
})

test('strace sees what is written, whole, and not what failed', async () => {
  test.skip(!hasStrace, NEEDS_STRACE)
  await using all = await watched('strace')
  const sought = await eachWithCanary(all, patterns)
  const failed = all.bench.canary()
  await all.deployment.does(`try { fs.writeFileSync('/dev/full', '${failed.text}') } catch {}`)
  const piped = all.bench.canary()
  await all.deployment.does(`execFileSync('/bin/cat', { input: '${piped.text}' })`)
  const { sightings, coverage } = await scanOf(all.open)
  const seen = sightings.map(({ canary }) => canary)
  for (const [id, what] of sought) expect.soft(seen, what).toContain(id)
  expect(seen).not.toContain(failed.id)
  expect(seen).not.toContain(piped.id)
  expect(coverage.incomplete).toEqual([])
})

test('strace sees extended attributes, of paths and of open files', async () => {
  test.skip(!hasStrace, NEEDS_STRACE)
  test.skip(!existsSync(PYTHON), 'Debian’s python3 is not installed')
  await using all = await watched('strace')
  const created = 'f = os.open(p, os.O_CREAT | os.O_RDWR)'
  const sought = await eachWithCanary(all, {
    'of a path': pythonProgram(`${created}; os.setxattr(p, 'user.a', t); os.unlink(p)`),
    'of an open file': pythonProgram(`${created}; os.unlink(p); os.setxattr(f, 'user.b', t)`),
    'in its name': pythonProgram(`${created}; os.setxattr(p, b'user.' + t, b'v'); os.unlink(p)`),
  })
  const { sightings, coverage } = await scanOf(all.open)
  const places = sightings.flatMap(({ canary, place }) =>
    sought.has(canary) ? [[sought.get(canary), place.kind]] : [],
  )
  expect(places).toContainEqual(['of a path', 'file'])
  expect(places).toContainEqual(['of an open file', 'file'])
  expect(places).toContainEqual(['in its name', 'name'])
  expect(coverage.incomplete).toEqual([])
})

test('strace counts no text that goes through a pipe with a name, and misses no file that takes its place', async () => {
  test.skip(!hasStrace, NEEDS_STRACE)
  test.skip(!existsSync(PYTHON), 'Debian’s python3 is not installed')
  await using all = await watched('strace')
  await run('mkfifo', [join(all.deployment.folder, 'a')])
  const piped = await eachWithCanary(all, {
    'made by somebody else': through('a'),
    'gone at once': `${made('b')} ${through('b')} fs.unlinkSync(dir + '/b')`,
    'unlinked while open': `${made('c')} ${through('c', `fs.unlinkSync(dir + '/c')`)}`,
    'by splice': `${made('d')} ${through('d', splice)}`,
  })
  const kept = await eachWithCanary(all, {
    'in the place of a pipe': `fs.writeFileSync(dir + '/b', text); fs.unlinkSync(dir + '/b')`,
    'in the place of a pipe, and unlinked': `const fd = fs.openSync(dir + '/c', 'w'); fs.unlinkSync(dir + '/c'); fs.writeSync(fd, text); fs.closeSync(fd)`,
    'renamed over a pipe': `${made('e')} fs.writeFileSync(dir + '/f', ''); fs.renameSync(dir + '/f', dir + '/e');
      fs.appendFileSync(dir + '/e', text); fs.unlinkSync(dir + '/e')`,
  })
  const { sightings, coverage } = await scanOf(all.open)
  const seen = sightings.map(({ canary }) => kept.get(canary) ?? piped.get(canary))
  for (const what of kept.values()) expect.soft(seen, what).toContain(what)
  for (const what of piped.values()) expect.soft(seen, what).not.toContain(what)
  expect(coverage.incomplete).toEqual([])
})

/** Makes a pipe with a name below the folder. */
function made(name: string): string {
  return `execFileSync('mkfifo', ['${name}'], { cwd: dir });`
}

/** Writes the text into that pipe, where it stays: `between` comes while it is open. */
function through(name: string, between = ''): string {
  return `const fd = fs.openSync(dir + '/${name}', fs.constants.O_RDWR); ${between}; fs.writeSync(fd, text); fs.closeSync(fd);`
}

/** From a pipe without a name into the open one. */
const splice = `execFileSync('${PYTHON}', ['-c', 'import os, sys; r, w = os.pipe(); os.write(w, sys.argv[1].encode()); os.splice(r, 1, 52)', text],
  { stdio: ['ignore', fd, 'inherit'] })`

test('what others and Lethe itself write is not counted', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  const own = join(tmpdir(), `lethe-writes-own-${process.pid}`)
  await mkdir(own)
  await using all = await watched('fanotify', [own])
  const { folder } = all.deployment
  const [mine, childs, hidden, theirs] = [
    all.bench.canary(),
    all.bench.canary(),
    all.bench.canary(),
    all.bench.canary(),
  ]
  await writeFile(join(folder, 'lethe'), mine.text)
  await run('/bin/sh', ['-c', `echo ${childs.text} > ${folder}/child; sleep 0.2`])
  await all.deployment.does(
    `fs.writeFileSync('${own}/run', '${hidden.text}'); fs.writeFileSync(dir + '/f', '${theirs.text}')`,
  )
  const { sightings, coverage } = await scanOf(all.open)
  await rm(own, { recursive: true })
  const seen = sightings.filter(({ role }) => role === 'payload').map(({ canary }) => canary)
  expect(seen).toEqual([theirs.id])
  expect(coverage.incomplete).toEqual([])
})

test('a file that was cut again at once is no reason to doubt a pass, and is said', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  await using all = await watched('fanotify')
  await all.deployment.does(`const fd = fs.openSync(dir + '/lock', 'w'); fs.ftruncateSync(fd, 0); fs.closeSync(fd)`)
  const { coverage } = await scanOf(all.open)
  expect(coverage.incomplete).toEqual([])
  expect(coverage.skipped.map(({ path }) => path)).toContain(join(all.deployment.folder, 'lock'))
  expect(all.open.sight?.blindTo).toContain('cut')
})

test('where nobody told which processes are the deployment’s, all count but Lethe', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  await using deployment = await WritingDeployment.make()
  const bench = new Bench()
  const { open, control } = await bench.opened(
    writesSink(declared([deployment.folder], 'fanotify'), { launch: null, processes: null }),
  )
  await using _ = open
  const mine = bench.canary()
  await writeFile(join(deployment.folder, 'lethe'), mine.text)
  const { sightings } = await scanOf(open)
  expect(sightings.map(({ canary }) => canary)).toEqual([control.id])
})
