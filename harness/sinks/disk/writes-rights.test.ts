import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { Bench, scanOf, until } from '../bench.suite.ts'
import { DeploymentProcesses } from '../processes/deployment-processes.ts'
import { processTable } from '../processes/process-table.ts'
import { type ChannelName, declared, isRoot, NEEDS_ROOT, WritingDeployment, watched } from './writes.suite.ts'
import { writesSink } from './writes.ts'

const run = promisify(execFile)

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
