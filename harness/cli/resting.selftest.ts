import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from '@playwright/test'
import { startLethe, temporaryFolder } from '../../fixtures/lethe-process.ts'
import type { SinkDeclaration } from '../model/declaration.ts'
import { channels } from '../sinks/channels.ts'
import { configure, resultsIn, run, server, started, verdictAt } from './small-deployment.suite.ts'

const closed = (await channels()).find(({ id, available }) => id === 'disk.forensic' && !available)
const needsDisk = `no forensic disk can be made here: ${closed?.reason}`

const forensic = { disk: 'forensic', diskMiB: 64 }
const sinks: readonly Partial<SinkDeclaration>[] = [
  { kind: 'disk-raw', path: '${disk}' },
  { kind: 'disk-deleted' },
  { kind: 'disk-swap' },
  { kind: 'disk-dumps' },
]

/** The verdicts at these sinks on one deployment, which does `extra` for each request. */
async function verdicts(extra: string) {
  await using folder = await temporaryFolder()
  const config = await configure(folder.path, started(server(extra), forensic), { sinks })
  const { code, stderr, results } = await run(folder.path, config, '--inconclusive=warn')
  const at = (sink: string) => verdictAt(results, 'DI-INPUT-1', sink)
  return {
    code,
    stderr,
    raw: at('disk:raw'),
    deleted: at('disk:deleted'),
    swap: at('disk:swap'),
    dumps: at('disk:dumps'),
  }
}

test('a deployment that keeps nothing: every place is read, and every control found', async () => {
  test.skip(closed !== undefined, needsDisk)
  const { code, stderr, raw, deleted, swap, dumps } = await verdicts('')
  expect(code, stderr).toBe(0)
  for (const finding of [raw, deleted, dumps]) expect(finding).toMatchObject({ verdict: 'pass' })
  const hasSwap = readFileSync('/proc/swaps', 'utf8').trim().split('\n').length > 1
  if (!hasSwap)
    expect(swap).toMatchObject({ verdict: 'not-applicable', reason: expect.stringContaining('no swap area') })
})

test('a body in a file that is deleted at once: found in the raw disk alone', async () => {
  test.skip(closed !== undefined, needsDisk)
  const { code, raw, deleted, dumps } = await verdicts(`fs.writeFileSync('spool', body); fs.rmSync('spool')`)
  expect(code).toBe(1)
  expect(raw).toMatchObject({ verdict: 'fail', tier: 'T1' })
  expect(raw?.sightings[0]?.place).toEqual({ kind: 'device', path: expect.stringMatching(/image$/) })
  expect([deleted?.verdict, dumps?.verdict]).toEqual(['pass', 'pass'])
})

test('a body in a deleted file that stays open, and in a heap snapshot: found with the process and the file', async () => {
  test.skip(closed !== undefined, needsDisk)
  const hold = `globalThis.held ??= fs.openSync('spool', 'w'); fs.rmSync('spool', { force: true }); fs.writeSync(held, body)`
  const dump = `globalThis.snapshot ??= require('node:v8').writeHeapSnapshot()`
  const { code, deleted, dumps } = await verdicts(`${hold}; ${dump}`)
  expect(code).toBe(1)
  expect([deleted?.verdict, dumps?.verdict]).toEqual(['fail', 'fail'])
  expect(deleted?.sightings[0]?.place).toEqual({
    kind: 'file',
    path: expect.stringMatching(/work\/spool \(deleted\)$/),
    by: { pid: expect.any(Number), name: expect.any(String) },
  })
  expect(dumps?.sightings[0]?.place).toMatchObject({ path: expect.stringMatching(/work\/Heap.*\.heapsnapshot$/) })
})

test('after kill -9 of Lethe in mid-run no mount, folder or process of the disk is left', async () => {
  test.skip(closed !== undefined, needsDisk)
  await using folder = await temporaryFolder()
  const tmp = join(folder.path, 'tmp')
  await mkdir(tmp)
  const up = join(folder.path, 'up')
  const deployment = started(server(`fs.writeFileSync(${JSON.stringify(up)}, String(process.pid)); return`), forensic)
  const config = await configure(folder.path, deployment, { sinks, traffic: { timeout: '60s' } })
  const { child, finished } = startLethe(['run', '--config', config, '--out', join(folder.path, 'run')], {
    env: { TMPDIR: tmp },
  })
  await expect.poll(() => existsSync(up) && readFileSync(up, 'utf8') !== '', { timeout: 60_000 }).toBe(true)
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).toContain(tmp)
  child.kill('SIGKILL')
  await finished
  await expect.poll(() => readFileSync('/proc/self/mountinfo', 'utf8').includes(tmp), { timeout: 20_000 }).toBe(false)
  await expect.poll(async () => (await readdir(tmp)).filter(name => name.startsWith('lethe-disk-'))).toEqual([])
  const stat = `/proc/${readFileSync(up, 'utf8')}/stat`
  await expect.poll(() => !existsSync(stat) || / Z /.test(readFileSync(stat, 'utf8'))).toBe(true)
})

test('a user without rights: the run comes to its end, what needs more is open with the mend, 3', async () => {
  test.skip(process.getuid?.() !== 0, 'becoming nobody needs root')
  await using folder = await temporaryFolder()
  const image = join(folder.path, 'image')
  await writeFile(image, 'not for everybody', { mode: 0o600 })
  const home = join(folder.path, 'home')
  await mkdir(home)
  await chmod(folder.path, 0o755)
  await chown(home, 65_534, 65_534)
  const config = await configure(folder.path, started(server()), {
    sinks: [{ kind: 'disk-raw', path: image }, { kind: 'disk-deleted' }, { kind: 'disk-dumps' }],
  })
  const become = ['--reuid=65534', '--regid=65534', '--clear-groups']
  const command = [process.execPath, resolve('bin/lethe.ts'), 'run', '--config', config, '--out', join(home, 'run')]
  const lethe = spawn('setpriv', [...become, ...command], {
    env: { PATH: process.env.PATH, TMPDIR: home },
    stdio: 'ignore',
  })
  const [code] = await once(lethe, 'close')
  expect(code).toBe(3)
  const results = await resultsIn(join(home, 'run'))
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:raw')).toMatchObject({
    verdict: 'inconclusive',
    mend: expect.stringContaining('as root'),
  })
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:deleted')).toMatchObject({ verdict: 'pass', tier: 'T0' })
  expect(verdictAt(results, 'DI-INPUT-1', 'disk:dumps')).toMatchObject({ verdict: 'pass', tier: 'T0' })
})
