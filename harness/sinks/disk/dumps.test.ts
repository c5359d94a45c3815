import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { Bench, scanOf, until } from '../bench.suite.ts'
import { sinkContract } from '../contract.suite.ts'
import { DeploymentProcesses } from '../processes/deployment-processes.ts'
import type { SinkSighting } from '../sink.ts'
import { type CoreDumps, coreDumps, isKeptInJournal, parseCorePattern } from './dumps/core-pattern.ts'
import { namedPaths } from './dumps/dump-folders.ts'
import { dumpsSink } from './dumps.ts'

test.skip(!existsSync('/proc/self/cwd'), 'there is no /proc on this system')

const PLAIN = parseCorePattern('core')

/** A deployment in a folder of its own. */
class Deployment implements AsyncDisposable {
  readonly work: string
  readonly tmp: string
  readonly #folder: string
  #child: ChildProcess | null = null
  readonly processes = new DeploymentProcesses({
    pids: () => (this.#child?.pid === undefined ? [] : [this.#child.pid]),
    mark: null,
  })

  private constructor(folder: string) {
    this.#folder = folder
    this.work = join(folder, 'work')
    this.tmp = join(folder, 'tmp')
  }

  static async start(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Deployment> {
    const deployment = new Deployment(await mkdtemp(join(tmpdir(), 'lethe-dumps-')))
    await mkdir(deployment.work)
    await mkdir(deployment.tmp)
    const child = spawn(command, args, {
      cwd: deployment.work,
      env: { PATH: process.env.PATH, TMPDIR: deployment.tmp, ...env },
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    await once(child, 'spawn')
    deployment.#child = child
    return deployment
  }

  sink(kernel: CoreDumps | null = PLAIN, paths: string[] = []) {
    return dumpsSink({ kind: 'disk-dumps', paths }, { processes: this.processes }, async () => kernel)
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  async ended(): Promise<void> {
    const child = this.#child
    if (child !== null && child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child?.kill('SIGKILL')
    await this.ended()
    await rm(this.#folder, { recursive: true })
  }
}

const payloads = (sightings: readonly SinkSighting[]) => sightings.filter(({ role }) => role === 'payload')

sinkContract('disk-dumps', async () => {
  const deployment = await Deployment.start('cat')
  return {
    sink: deployment.sink(),
    write: text => writeFile(join(deployment.work, 'core.1234'), text),
    holds: async text => {
      const names = await readdir(deployment.work)
      const texts = await Promise.all(names.map(name => readFile(join(deployment.work, name), 'latin1')))
      return texts.some(one => one.includes(text))
    },
    denied: async () =>
      dumpsSink({ kind: 'disk-dumps', paths: ['/no/such/folder'] }, { processes: null }, async () => PLAIN),
    [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
  }
})

test('a core dump that the kernel writes is found, after the process is gone', async () => {
  const kernel = await coreDumps()
  test.skip(kernel?.kind !== 'file' || kernel.folder !== null, `core dumps go by ${kernel?.pattern} on this machine`)
  const bench = new Bench()
  const payload = bench.canary()
  await using deployment = await Deployment.start('/bin/sh', ['-c', 'ulimit -c unlimited; read -r _; kill -SEGV $$'], {
    PROMPT: payload.text,
  })
  await until(() => /core file size +unlimited/.test(readFileSync(`/proc/${deployment.pid}/limits`, 'utf8')))
  const { open } = await bench.opened(deployment.sink(kernel))
  await using _ = open
  const before = await open.pulse()
  process.kill(deployment.pid, 'SIGSEGV')
  await deployment.ended()
  expect(await open.pulse()).not.toBe(before)
  const { sightings, coverage } = await scanOf(open)
  expect(new Set(payloads(sightings).map(({ canary }) => canary))).toEqual(new Set([payload.id]))
  const place = payloads(sightings)[0]?.place
  expect(place).toEqual({ kind: 'file', path: expect.stringMatching(new RegExp(`^${deployment.work}/core`)) })
  expect(coverage.incomplete).toEqual([])
})

test('a heap snapshot in the folder that an option of Node names is found', async () => {
  const bench = new Bench()
  const payload = bench.canary()
  const folder = await mkdtemp(join(tmpdir(), 'lethe-snapshots-'))
  const options = ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`]
  const script =
    'const kept = process.env.PROMPT + "!"; setInterval(() => kept, 1000); require("fs").writeFileSync("up", "")'
  await using deployment = await Deployment.start(process.execPath, [...options, '-e', script], {
    PROMPT: payload.text,
  })
  await until(() => existsSync(join(deployment.work, 'up')))
  const { open } = await bench.opened(deployment.sink())
  await using _ = open
  process.kill(deployment.pid, 'SIGUSR2')
  await until(async () => {
    const { sightings } = await scanOf(open)
    return payloads(sightings).length > 0
  })
  const { sightings } = await scanOf(open)
  expect(payloads(sightings)[0]).toMatchObject({
    canary: payload.id,
    place: { path: expect.stringMatching(new RegExp(`^${folder}/Heap\\..*\\.heapsnapshot$`)) },
  })
  await rm(folder, { recursive: true })
})

test('what is older than the run, and what is no dump, is left alone', async () => {
  await using deployment = await Deployment.start('cat')
  const bench = new Bench()
  const [old, other, fresh] = [bench.canary(), bench.canary(), bench.canary()]
  await writeFile(join(deployment.work, 'core.1'), old.text)
  const context = { ...bench.context, now: () => new Date(Date.now() + 3_600_000) }
  const early = await deployment.sink().open(context)
  await early.plant(bench.canary('control'))
  expect(payloads((await scanOf(early)).sightings)).toEqual([])
  await early[Symbol.asyncDispose]()
  const { open } = await bench.opened(deployment.sink())
  await using _ = open
  await writeFile(join(deployment.work, 'notes.txt'), other.text)
  await writeFile(join(deployment.tmp, 'java_pid7.hprof'), fresh.text)
  await utimes(join(deployment.tmp, 'java_pid7.hprof'), 0, 0)
  const found = payloads((await scanOf(open)).sightings).map(({ canary }) => canary)
  expect(found).toContain(fresh.id)
  expect(found).not.toContain(other.id)
})

test('one folder by two names is read once, and its control is not missed', async () => {
  await using deployment = await Deployment.start('cat')
  const alias = join(deployment.tmp, 'alias')
  await symlink(deployment.work, alias)
  const bench = new Bench()
  const { open } = await bench.opened(deployment.sink(PLAIN, [alias]))
  await using _ = open
  const { sightings, coverage } = await scanOf(open)
  expect(coverage.incomplete).toEqual([])
  expect(sightings).toHaveLength(2)
})

test('where core dumps go is said, and what cannot be seen of them is a gap', async () => {
  await using deployment = await Deployment.start('cat')
  const said = async (pattern: string | null) => {
    const { open } = await new Bench().opened(deployment.sink(pattern === null ? null : parseCorePattern(pattern)))
    await using _ = open
    const { incomplete, skipped } = (await scanOf(open)).coverage
    return { incomplete: incomplete.map(({ reason }) => reason), skipped: skipped.map(({ reason }) => reason) }
  }
  expect(await said('core')).toEqual({ incomplete: [], skipped: [expect.stringMatching(/^core dumps go by core/)] })
  expect(await said('|/bin/false')).toEqual({ incomplete: [], skipped: ['core dumps are thrown away'] })
  expect((await said('|/opt/collect %p')).incomplete).toEqual([expect.stringContaining('/opt/collect %p; sysctl')])
  expect((await said(null)).incomplete).toEqual([expect.stringContaining('does not tell')])
})

test('core patterns are read as the kernel reads them', () => {
  expect(parseCorePattern('/var/dumps/core-%e.%%.%p')).toMatchObject({ kind: 'file', folder: '/var/dumps' })
  const { name } = parseCorePattern('/var/dumps/core-%e.%%.%p') as { name: RegExp }
  expect(name.test('core-my app.%.123')).toBe(true)
  expect(name.test('core-app.123')).toBe(false)
  expect((parseCorePattern('core') as { name: RegExp }).name.test('core.99')).toBe(true)
  expect(parseCorePattern('|/lib/systemd/systemd-coredump %P %u')).toMatchObject({
    kind: 'program',
    folders: ['/var/lib/systemd/coredump'],
  })
  expect(parseCorePattern('@/run/core.socket')).toMatchObject({ kind: 'program', folders: null })
})

test('the journal is where systemd-coredump keeps them when its configuration says so, the last file first', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-coredump-'))
  const [first, second] = [join(folder, 'a'), join(folder, 'b')]
  await writeFile(first, '[Coredump]\nStorage=journal\n')
  await writeFile(second, '[Coredump]\n#Storage=none\n')
  expect(await isKeptInJournal([first, second])).toBe(true)
  await writeFile(second, '[Coredump]\n Storage = external\n')
  expect(await isKeptInJournal([first, second])).toBe(false)
  expect(await isKeptInJournal([join(folder, 'none')])).toBe(false)
  await rm(folder, { recursive: true })
})

test('paths for dumps are read from options and variables', () => {
  const words = ['java', '-XX:HeapDumpPath=/dumps/%p.hprof', '-jar', 'a.jar']
  const environment = new Map([
    ['NODE_OPTIONS', '--max-old-space-size=100 --report-directory=/reports --diagnostic-dir /diagnostics'],
    ['DOTNET_DbgMiniDumpName', '/net/%p.dmp'],
  ])
  expect(namedPaths(words, environment)).toEqual(['/dumps/%p.hprof', '/reports', '/diagnostics', '/net/%p.dmp'])
})

test('neither processes nor folders are a mistake in the configuration', () => {
  expect(() => dumpsSink({ kind: 'disk-dumps', paths: [] }, { processes: null })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', mend: expect.stringContaining('paths') }),
  )
})
