import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startLethe, temporaryFolder } from '../../fixtures/lethe-process.ts'
import type { SinkDeclaration } from '../model/declaration.ts'
import { channels } from '../sinks/channels.ts'
import { configure, run, server, started, verdictAt } from './small-deployment.suite.ts'

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
