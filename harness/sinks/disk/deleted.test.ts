import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { link, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Launch } from '../../deployment/launch.ts'
import { Bench, scanOf, until } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import { DeploymentProcesses } from '../processes/deployment-processes.ts'
import { processTable } from '../processes/process-table.ts'
import type { SinkSighting } from '../sink.ts'
import { deletedRanges } from './deleted/deleted-files.ts'
import { deletedSink } from './deleted.ts'

test.skip(!existsSync('/proc/self/fd'), 'there is no /proc on this system')

const isRoot = process.getuid?.() === 0
const PYTHON = '/usr/bin/python3'

/** The deployment's part: processes that each hold a file which they, or somebody before them, deleted. */
class Holders implements AsyncDisposable {
  readonly #children: ChildProcess[] = []
  readonly processes: DeploymentProcesses

  constructor() {
    this.processes = new DeploymentProcesses({
      pids: () => this.#children.flatMap(({ pid }) => (pid === undefined ? [] : [pid])),
      mark: null,
    })
  }

  /** A process that holds a file with this text, whose name is gone. */
  async hold(text: string, name = 'spool', keepAs: string | null = null): Promise<number> {
    const folder = await mkdtemp(join(tmpdir(), 'lethe-deleted-'))
    const path = join(folder, name)
    await writeFile(path, text)
    if (keepAs !== null) await link(path, keepAs)
    const handle = await open(path, 'r')
    await rm(folder, { recursive: true })
    const pid = this.start('cat', [], handle.fd)
    await handle.close()
    return pid
  }

  start(command: string, args: readonly string[], fd: number | 'ignore' = 'ignore', env = process.env): number {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore', fd], env })
    this.#children.push(child)
    if (child.pid === undefined) throw new Error(`${command} was not started`)
    return child.pid
  }

  async end(): Promise<void> {
    for (const child of this.#children.splice(0)) {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end()
  }
}

/** Looked for by hand in the deleted files of this process's children. */
function heldByAChild(text: string): boolean {
  const children = [...processTable().values()].filter(({ parent }) => parent === process.pid)
  return children.some(({ pid }) =>
    readdirSync(`/proc/${pid}/fd`).some(fd => {
      const at = `/proc/${pid}/fd/${fd}`
      return readlinkSync(at).endsWith('(deleted)') && readFileSync(at, 'latin1').includes(text)
    }),
  )
}

sinkContract('disk-deleted', async () => {
  const holders = new Holders()
  await holders.hold('nothing')
  return {
    sink: deletedSink({ kind: 'disk-deleted' }, { processes: holders.processes, launch: null }),
    write: async text => void (await holders.hold(text)),
    holds: async text => heldByAChild(text),
    [Symbol.asyncDispose]: () => holders.end(),
  }
})

const payloads = (sightings: readonly SinkSighting[]) => sightings.filter(({ role }) => role === 'payload')

async function opened(holders: Holders, bench: Bench, launch: Launch | null = null) {
  return bench.opened(deletedSink({ kind: 'disk-deleted' }, { processes: holders.processes, launch }))
}

test('a file is named by what it was called and who holds it, without the canary in its name', async () => {
  await using holders = new Holders()
  const bench = new Bench()
  const [inside, named] = [bench.canary(), bench.canary()]
  const { open: sink } = await opened(holders, bench)
  await using _ = sink
  const pid = await holders.hold(`x${inside.text}`, `of ${named.text}`)
  const { sightings, coverage } = await scanOf(sink)
  const path = expect.stringMatching(new RegExp(`/of \\{canary ${named.id}\\} \\(deleted\\)$`))
  expect(payloads(sightings).map(({ canary, place, offset }) => [canary, place, offset])).toEqual([
    [named.id, { kind: 'name', path }, 3 + tmpdir().length + '/lethe-deleted-XXXXXX/'.length],
    [inside.id, { kind: 'file', path, by: { pid, name: 'cat' } }, 1],
  ])
  expect(coverage.incomplete).toEqual([])
})

test('a file that several hold is scanned once, and one with another name left too', async () => {
  await using holders = new Holders()
  const bench = new Bench()
  const payload = bench.canary()
  const other = join(tmpdir(), `lethe-deleted-other-${process.pid}`)
  const { open: sink } = await opened(holders, bench)
  await using _ = sink
  const pid = await holders.hold(payload.text, 'spool', other)
  const again = await open(`/proc/${pid}/fd/3`, 'r')
  holders.start('cat', [], again.fd)
  await again.close()
  const { sightings } = await scanOf(sink)
  await rm(other)
  expect(payloads(sightings).map(({ canary }) => canary)).toEqual([payload.id])
})

test('the deployment itself holds the control where Lethe starts it, and nothing has its name', async () => {
  await using holders = new Holders()
  const bench = new Bench()
  const launch = new Launch()
  const before = new Set(await readdir(tmpdir()))
  const { open: sink, control } = await opened(holders, bench, launch)
  await using _ = sink
  expect((await readdir(tmpdir())).filter(name => name.startsWith('lethe-control-') && !before.has(name))).toEqual([])
  const [command = '', ...args] = launch.wrapped(['cat'])
  const pid = holders.start(command, args)
  await until(() => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'cat\n')
  const { sightings } = await scanOf(sink)
  expect(sightings).toHaveLength(1)
  expect(sightings[0]).toMatchObject({ canary: control.id, place: { by: { pid, name: 'cat' } } })
  await holders.end()
  const after = await scanOf(sink)
  expect(after.sightings).toHaveLength(1)
  expect(after.coverage).toMatchObject({ incomplete: [], skipped: [{ path: 'processes' }] })
})

test('a deleted file that is mapped and closed is read, memory with a descriptor is not', async () => {
  test.skip(!isRoot || !existsSync(PYTHON), 'needs root, for /proc/PID/map_files, and python3')
  await using holders = new Holders()
  const bench = new Bench()
  const [mapped, memory] = [bench.canary(), bench.canary()]
  const { open: sink } = await opened(holders, bench)
  await using _ = sink
  const script = `import mmap, os, sys, tempfile
fd, path = tempfile.mkstemp()
os.write(fd, os.environ['MAPPED'].encode())
kept = mmap.mmap(fd, 0)
os.unlink(path)
os.close(fd)
memory = os.memfd_create('scratch')
os.write(memory, os.environ['MEMORY'].encode())
shared = mmap.mmap(-1, 4096)
del os.environ['MAPPED'], os.environ['MEMORY']
os.symlink('x', sys.argv[1])
sys.stdin.read()`
  const ready = join(tmpdir(), `lethe-mapped-${process.pid}`)
  const env = { ...process.env, MAPPED: mapped.text, MEMORY: memory.text }
  const pid = holders.start(PYTHON, ['-c', script, ready], 'ignore', env)
  await until(async () => (await readdir(tmpdir())).includes(`lethe-mapped-${process.pid}`))
  await rm(ready)
  const { sightings, coverage } = await scanOf(sink)
  expect(payloads(sightings).map(({ canary, place }) => [canary, 'by' in place && place.by?.pid])).toEqual([
    [mapped.id, pid],
  ])
  expect(coverage.incomplete).toEqual([])
  expect(coverage.skipped.map(({ reason }) => reason)).toEqual([expect.stringContaining('memfd')])
})

test('mappings of deleted files are told from shared memory', () => {
  const maps = [
    '7f00aa000000-7f00aa021000 rw-s 00000000 fe:00 131 /tmp/a file (deleted)',
    '7f00aa021000-7f00aa022000 rw-s 00021000 fe:00 131 /tmp/a file (deleted)',
    '00400000-00500000 r-xp 00000000 fe:00 77 /usr/bin/old (deleted)',
    '7f00ab000000-7f00ab021000 rw-s 00000000 00:01 4 /memfd:x (deleted)',
    '7f00ac000000-7f00ac021000 rw-s 00000000 00:01 5 /SYSV00000000 (deleted)',
    '7f00ad000000-7f00ad021000 rw-s 00000000 00:01 6 /dev/zero (deleted)',
    '7f00ae000000-7f00ae021000 rw-s 00000000 00:0e 7 /[aio] (deleted)',
    '7f00af000000-7f00af021000 r--p 00000000 fe:00 132 /usr/lib/libc.so.6',
    '',
  ].join('\n')
  expect(deletedRanges(maps)).toEqual(['7f00aa021000-7f00aa022000', '400000-500000'])
})

test('processes that nobody told are a mistake in the configuration; none that was ever seen is a gap', async () => {
  const declared = { kind: 'disk-deleted' } as const
  expect(() => deletedSink(declared, { processes: null, launch: null })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', mend: expect.stringContaining('pids') }),
  )
  const { open: sink } = await opened(new Holders(), new Bench())
  await using _ = sink
  const { coverage, sightings } = await scanOf(sink)
  expect(coverage.incomplete).toEqual([{ path: 'processes', reason: expect.stringContaining('was ever seen') }])
  expect(sightings).toHaveLength(1)
})

test('processes of another user are said, by name', async () => {
  test.skip(!isRoot, 'becoming another user needs root')
  const script = `
    import { deletedSink } from ${JSON.stringify(new URL('./deleted.ts', import.meta.url).href)}
    import { DeploymentProcesses } from ${JSON.stringify(new URL('../processes/deployment-processes.ts', import.meta.url).href)}
    import { Bench, scanOf } from ${JSON.stringify(new URL('../bench.suite.ts', import.meta.url).href)}
    process.setgroups([]); process.setgid(65534); process.setuid(65534)
    const processes = new DeploymentProcesses({ pids: () => [${process.pid}], mark: null })
    processes.members = () => [{ pid: ${process.pid}, name: 'theirs' }]
    const { open } = await new Bench().opened(deletedSink({ kind: 'disk-deleted' }, { processes, launch: null }))
    console.log(JSON.stringify((await scanOf(open)).coverage.incomplete))
    await open[Symbol.asyncDispose]()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  await once(child, 'close')
  expect(said).toMatch(/open files of theirs .*EACCES.*root may look/)
})
