import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { release, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import type { DeclarationOf } from '../../model/declaration.ts'
import { Bench, scanOf, until } from '../bench.suite.ts'
import { type ContractSubject, sinkContract } from '../contract.suite.ts'
import { DeploymentProcesses } from '../processes/deployment-processes.ts'
import { processTable } from '../processes/process-table.ts'
import type { OpenSink } from '../sink.ts'
import { WritingDeployment } from './writes.suite.ts'
import { writesSink } from './writes.ts'

type ChannelName = DeclarationOf<'disk-writes'>['channel']

const run = promisify(execFile)
const isRoot = process.getuid?.() === 0
/** what /bin/sh really is */
const SHELL = basename(realpathSync('/bin/sh'))
const PYTHON = '/usr/bin/python3'
const NEEDS_ROOT = 'fanotify can mark file systems for root alone'
const hasStrace = spawnSync('strace', ['-V']).status === 0
const NEEDS_STRACE = 'strace is not installed'

function declared(paths: string[], channel: ChannelName = 'auto', deep = false): DeclarationOf<'disk-writes'> {
  return { kind: 'disk-writes', paths, channel, deep }
}

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

/** What ends when the test does, and a program of the deployment's that is given one canary. */
interface Watched extends AsyncDisposable {
  readonly bench: Bench
  readonly open: OpenSink
  readonly deployment: WritingDeployment
}

async function watched(channel: ChannelName, own: readonly string[] = []): Promise<Watched> {
  const deployment = await WritingDeployment.make()
  const bench = new Bench(own)
  const { open } = await bench.opened(writesSink(declared([deployment.folder], channel), deployment.environment))
  await deployment.start()
  return {
    bench,
    open,
    deployment,
    [Symbol.asyncDispose]: async () => {
      await open[Symbol.asyncDispose]()
      await deployment[Symbol.asyncDispose]()
    },
  }
}

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

test('fanotify sees whatever was written, and by whom', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  await using all = await watched('fanotify')
  const python = existsSync(PYTHON) ? Object.entries(inPython).map(([what, code]) => [what, pythonProgram(code)]) : []
  const sought = new Map<string, string>()
  for (const [what = '', code] of [...Object.entries(patterns), ...python]) {
    const canary = all.bench.canary()
    sought.set(canary.id, what)
    await all.deployment.does(`const text = '${canary.text}'; ${code}`)
  }
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
  const sought = new Map<string, string>()
  for (const [what, code] of Object.entries(patterns)) {
    const canary = all.bench.canary()
    sought.set(canary.id, what)
    await all.deployment.does(`const text = '${canary.text}'; ${code}`)
  }
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

/** What cannot be read any more when the kernel tells of it; `text` is a canary. */
const cuts = {
  'cut at once': `const fd = fs.openSync(dir + '/a', 'w'); fs.writeSync(fd, text); fs.ftruncateSync(fd, 0); fs.closeSync(fd)`,
  'overwritten at once': `const fd = fs.openSync(dir + '/b', 'w'); fs.writeSync(fd, text, 0); fs.writeSync(fd, 'x'.repeat(52), 0); fs.closeSync(fd)`,
  'cut by its opening': `fs.writeFileSync(dir + '/c', text); fs.writeFileSync(dir + '/c', '')`,
  'large, cut at once': `const fd = fs.openSync(dir + '/e', 'w'); fs.writeSync(fd, 'x'.repeat(300000) + text); fs.ftruncateSync(fd, 0); fs.closeSync(fd)`,
  'large, overwritten at once': `const fd = fs.openSync(dir + '/f', 'w'); fs.writeSync(fd, 'x'.repeat(300000) + text); fs.writeSync(fd, 'y'.repeat(300052), 0); fs.closeSync(fd)`,
}

test('deep: who changes a file waits until it has been read', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  const [major = 0, minor = 0] = release().split('.').map(Number)
  test.skip(major < 6 || (major === 6 && minor < 14), 'FAN_PRE_ACCESS needs Linux 6.14')
  const place = await mkdtemp(join(tmpdir(), 'lethe-writes-deep-'))
  try {
    // A file system of its own, in mounts of its own: when this ends, in whatever way, it is unmounted.
    const mount = 'truncate -s 64M img && mkfs.ext4 -q img && mkdir m && mount -o loop img m'
    const tried = spawnSync(
      'unshare',
      ['-m', 'sh', '-c', `${mount} && rm -r m/lost+found && umount m && rm -r img m`],
      { cwd: place },
    )
    test.skip(tried.status !== 0, `no file system can be made and mounted here: ${tried.stderr}`)
    const program = `${mount} && TMPDIR=$PWD/m exec "$@"`
    const node = [process.execPath, '--input-type=module', '-e', deepScript()]
    const { stdout } = await run('unshare', ['-m', 'sh', '-c', program, 'sh', ...node], { cwd: place, timeout: 40_000 })
    const told = JSON.parse(stdout)
    expect(told.caught.sort()).toEqual(Object.keys(cuts).sort())
    expect(told.coverage.incomplete).toEqual([])
    expect(told.coverage.skipped).toEqual([])
    expect(told.blindTo).toContain('again at once (on /')
    expect(told.blindTo).not.toContain(place)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
})

function deepScript(): string {
  return `
    import { WritingDeployment } from ${here('./writes.suite.ts')}
    import { writesSink } from ${here('./writes.ts')}
    import { Bench, scanOf } from ${here('../bench.suite.ts')}
    await using deployment = await WritingDeployment.make()
    const bench = new Bench()
    const declaration = { kind: 'disk-writes', paths: [deployment.folder], channel: 'fanotify', deep: true }
    const { open } = await bench.opened(writesSink(declaration, deployment.environment))
    await deployment.start()
    const sought = new Map()
    for (const [what, code] of Object.entries(${JSON.stringify(cuts)})) {
      const { id, text } = bench.canary()
      sought.set(id, what)
      await deployment.does("const text = '" + text + "'; " + code)
    }
    const { coverage, sightings } = await scanOf(open)
    const caught = [...new Set(sightings.flatMap(({ canary }) => sought.get(canary) ?? []))]
    console.log(JSON.stringify({ caught, coverage, blindTo: open.sight.blindTo }))
    await open[Symbol.asyncDispose]()`
}

/** A module beside this one, as a literal in a program. */
function here(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url).href)
}

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

test('an unprivileged user falls down the list, and is told why and what to do', async () => {
  await using deployment = await WritingDeployment.make()
  await chmod(deployment.folder, 0o777)
  const { coverage, tier, control } = await asNobody(deployment.folder, 'auto')
  expect(tier).toBe('T0')
  expect(control).toBe(true)
  expect(coverage?.incomplete).toEqual([])
  expect(coverage?.skipped[0]?.path).toBe('fanotify')
  expect(coverage?.skipped[0]?.reason).toMatch(/EPERM.*CAP_SYS_ADMIN/)
  const { error } = await asNobody(deployment.folder, 'fanotify')
  expect(error).toMatchObject({ code: 'SINK_DENIED', mend: expect.stringContaining('CAP_SYS_ADMIN') })
})

test('where forks are not told, as in a pid namespace, /proc is asked whose child it was, and that is said', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  const program = `
    import { WritingDeployment } from ${here('./writes.suite.ts')}
    import { writesSink } from ${here('./writes.ts')}
    import { Bench, scanOf } from ${here('../bench.suite.ts')}
    await using deployment = await WritingDeployment.make()
    const bench = new Bench()
    const declaration = { kind: 'disk-writes', paths: [deployment.folder], channel: 'fanotify', deep: false }
    const { open } = await bench.opened(writesSink(declaration, deployment.environment))
    await deployment.start()
    const [itself, gone] = [bench.canary(), bench.canary()]
    await deployment.does("fs.writeFileSync(dir + '/f', '" + itself.text + "'); fs.unlinkSync(dir + '/f')")
    await deployment.does("execFileSync('/bin/sh', ['-c', 'echo " + gone.text + " > $0; rm $0', dir + '/f'])")
    const { sightings, coverage } = await scanOf(open)
    const seen = new Set(sightings.map(({ canary }) => canary))
    console.log(JSON.stringify({ itself: seen.has(itself.id), gone: seen.has(gone.id), coverage, blindTo: open.sight.blindTo }))
    await open[Symbol.asyncDispose]()`
  const { stdout } = await run('unshare', [
    '-p',
    '-f',
    '--mount-proc',
    process.execPath,
    '--input-type=module',
    '-e',
    program,
  ])
  const told = JSON.parse(stdout)
  expect(told).toMatchObject({ itself: true, gone: true, blindTo: expect.stringContaining('left the deployment') })
  expect(told.coverage.incomplete).toEqual([])
})

test('declared processes of which none runs leave nobody whose writes count: that is said', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  await using deployment = await WritingDeployment.make()
  const processes = new DeploymentProcesses({ pids: () => [2 ** 22 + 1], mark: null })
  const sink = writesSink(declared([deployment.folder], 'fanotify'), { launch: null, processes })
  const { open } = await new Bench().opened(sink)
  await using _ = open
  const { coverage } = await scanOf(open)
  expect(coverage.incomplete.map(({ reason }) => reason)).toEqual([expect.stringContaining('declared processes')])
})

test('a deployment that runs already is not traced', async () => {
  await using deployment = await WritingDeployment.make()
  const { context } = new Bench()
  const sink = writesSink(declared([deployment.folder], 'strace'), { launch: null, processes: null })
  await expect(sink.open(context)).rejects.toMatchObject({
    code: 'SINK_DENIED',
    mend: expect.stringContaining('process driver'),
  })
})

test('that the process which watches was lost is said in every scan', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  await using all = await watched('fanotify')
  const [host = 0] = hostsOf(process.pid)
  process.kill(host, 'SIGKILL')
  await until(() => !existsSync(`/proc/${host}`))
  for (const _ of ['first', 'second']) {
    const { coverage } = await scanOf(all.open)
    expect(coverage.incomplete.map(({ reason }) => reason)).toContain(
      'the process that watches ended before the run did',
    )
  }
})

test('nothing that watches is left when the sink is closed, nor when Lethe is killed', async () => {
  test.skip(!isRoot, NEEDS_ROOT)
  const all = await watched('fanotify')
  const [host] = hostsOf(process.pid)
  expect(await marksOf(host ?? 0)).toBeGreaterThan(0)
  await all[Symbol.asyncDispose]()
  expect(hostsOf(process.pid)).toEqual([])

  await using deployment = await WritingDeployment.make()
  const harness = spawn(
    process.execPath,
    ['--input-type=module', '-e', script(deployment.folder, 'fanotify', 'stay')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  await once(harness.stdout, 'data')
  const [orphan = 0] = hostsOf(harness.pid ?? 0)
  expect(await marksOf(orphan)).toBeGreaterThan(0)
  harness.kill('SIGKILL')
  await until(async () => !existsSync(`/proc/${orphan}`))
})

/** The processes that watch for the one with this pid. */
function hostsOf(parent: number): number[] {
  return [...processTable().values()]
    .filter(({ pid, parent: of, state }) => of === parent && state !== 'Z' && isHost(pid))
    .map(({ pid }) => pid)
}

function isHost(pid: number): boolean {
  return spawnSync('cat', [`/proc/${pid}/cmdline`], { encoding: 'latin1' }).stdout.includes('watch-host')
}

/** How many marks the groups of a process have (proc_pid_fdinfo(5)). */
async function marksOf(pid: number): Promise<number> {
  let marks = 0
  for (const fd of await readdir(`/proc/${pid}/fdinfo`)) {
    const info = await readFile(`/proc/${pid}/fdinfo/${fd}`, 'utf8').catch(() => '')
    marks += info.match(/^fanotify sdev/gm)?.length ?? 0
  }
  return marks
}

interface Told {
  readonly coverage?: { incomplete: { path: string; reason: string }[]; skipped: { path: string; reason: string }[] }
  readonly tier?: string
  readonly control?: boolean
  readonly error?: { code: string; mend: string }
}

async function asNobody(folder: string, channel: ChannelName): Promise<Told> {
  const rights = ['--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all']
  const node = [process.execPath, '--input-type=module', '-e', script(folder, channel, 'scan')]
  const [command = '', ...rest] = isRoot ? ['setpriv', ...rights, ...node] : node
  return JSON.parse((await run(command, rest)).stdout)
}

/** A program that opens the sink for a deployment that runs already, and either scans once or stays. */
function script(folder: string, channel: ChannelName, then: 'scan' | 'stay'): string {
  return `
    import { writesSink } from ${here('./writes.ts')}
    import { Bench, scanOf } from ${here('../bench.suite.ts')}
    const bench = new Bench()
    try {
      const declaration = ${JSON.stringify(declared([folder], channel))}
      const { open, control } = await bench.opened(writesSink(declaration, { launch: null, processes: null }))
      if (${then === 'stay'}) { console.log('open'); setInterval(() => {}, 1000); await new Promise(() => {}) }
      const { coverage, sightings } = await scanOf(open)
      console.log(JSON.stringify({ coverage, tier: open.sight.tier, control: sightings.some(({ canary }) => canary === control.id) }))
      await open[Symbol.asyncDispose]()
    } catch (error) { console.log(JSON.stringify({ error: { code: error.code, mend: error.mend } })) }`
}
