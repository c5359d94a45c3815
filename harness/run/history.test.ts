import { execFileSync } from 'node:child_process'
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { whyNotFull } from '../deployment/full-folder.ts'
import { judge } from '../judge/judge.ts'
import { loadProfile } from '../profile/load.ts'
import { begin } from './begin.ts'
import { History, RUN_FILES } from './history.ts'
import { keyPath, readKey } from './key-file.ts'
import { readRun } from './read.ts'

/** Why this machine lets nobody mount, or null. */
const NO_MOUNT = await whyNotFull()

let folder = ''
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lethe-history-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

const key = RunKey.create()
const canary = {
  id: 'paaa1aaaa1ap',
  role: 'payload',
  data: 'input',
  exchange: null,
  field: 'manual',
  position: 'whole',
} as const

async function start(out: string): Promise<History> {
  return begin({
    out,
    key,
    profile: await loadProfile('deepinfra'),
    lethe: '0.0.0',
    now: () => new Date('2026-11-24T00:00:00Z'),
    deployment: { name: 'd', driver: 'external', sha256: '' },
    harmless: [],
    policy: { inconclusive: 'fail', failOn: 'low' },
  })
}

test('a run is private, holds what was recorded, and its key lies beside it, apart', async () => {
  const run = join(folder, 'run')
  const history = await start(run)
  history.canary(canary)
  history.close()
  const record = await readRun(run)
  expect(record.canaries).toEqual([canary])
  expect(record.meta).toMatchObject({ state: 'open', commitment: key.commitment })
  expect(((await stat(run)).mode & 0o777).toString(8)).toBe('700')
  expect(((await stat(keyPath(run))).mode & 0o777).toString(8)).toBe('600')
  expect((await readKey(run)).hex).toBe(key.hex)
  for (const file of Object.values(RUN_FILES)) {
    const text = await readFile(join(run, file), 'utf8')
    for (const secret of [key.hex, key.payload.a, key.payload.b, key.decoy.a]) expect(text).not.toContain(secret)
  }
})

test('a copied run reads the same without its key', async () => {
  const run = join(folder, 'run')
  const history = await start(run)
  history.canary(canary)
  history.close()
  await cp(run, join(folder, 'copy'), { recursive: true })
  expect((await readRun(join(folder, 'copy'))).canaries).toEqual([canary])
  await expect(readKey(join(folder, 'copy'))).rejects.toMatchObject({ code: 'KEY_UNREADABLE', mend: /--key/ })
})

test('a run is never written over', async () => {
  await writeFile(join(folder, 'something'), '')
  await expect(start(folder)).rejects.toMatchObject({ code: 'OUT_UNWRITABLE', message: /not empty/ })
})

test('a run may be opened again to add to it', async () => {
  const run = join(folder, 'run')
  ;(await start(run)).close()
  const history = await History.reopen(run)
  history.canary(canary)
  history.close()
  expect((await readRun(run)).canaries).toHaveLength(1)
})

test('a line that was cut by a kill is left out; a damaged line is an error with its place', async () => {
  const run = join(folder, 'run')
  const history = await start(run)
  history.canary(canary)
  history.close()
  const path = join(run, RUN_FILES.canaries)
  await appendFile(path, '{"id":"paaa')
  expect((await readRun(run)).canaries).toHaveLength(1)
  await appendFile(path, '\n')
  await expect(readRun(run)).rejects.toMatchObject({ code: 'RUN_UNREADABLE', message: /canaries\.ndjson:2/ })
})

test('what is no run is said', async () => {
  await expect(readRun(folder)).rejects.toMatchObject({ code: 'RUN_UNREADABLE' })
})

test('a full disk: what was recorded stays whole, nothing is added after it, and the run can be judged', async () => {
  test.skip(NO_MOUNT !== null, NO_MOUNT ?? '')
  const disk = join(folder, 'disk')
  await mkdir(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'lethe-history-test', disk])
  try {
    const run = join(disk, 'run')
    const history = await start(run)
    let recorded = 0
    const fillUp = () => {
      for (;;) {
        history.canary({ ...canary, field: 'f'.repeat(3000) })
        recorded += 1
      }
    }
    expect(fillUp).toThrow(
      expect.objectContaining({ code: 'RUN_UNWRITABLE', exitCode: 4, message: expect.stringContaining('ENOSPC') }),
    )
    expect(recorded).toBeGreaterThan(10)
    expect(() => history.canary(canary)).toThrow(expect.objectContaining({ code: 'RUN_UNWRITABLE' }))
    await expect(history.update({ incidents: ['x'] })).rejects.toMatchObject({ code: 'RUN_UNWRITABLE' })
    await expect(history.end({ state: 'complete' })).rejects.toMatchObject({ code: 'RUN_UNWRITABLE' })
    const record = await readRun(run)
    expect(record.canaries).toHaveLength(recorded)
    expect(['open', 'broken']).toContain(record.meta.state)
    expect(await readdir(run)).toEqual(Object.values(RUN_FILES).toSorted())
    expect(judge(record).exitCode).toBe(3)
  } finally {
    execFileSync('umount', ['-l', disk])
  }
})

test('a disk that is full from the start is said', async () => {
  test.skip(NO_MOUNT !== null, NO_MOUNT ?? '')
  const disk = join(folder, 'disk')
  await mkdir(disk)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'lethe-history-test', disk])
  try {
    await expect(start(join(disk, 'run'))).rejects.toMatchObject({ code: 'RUN_UNWRITABLE', exitCode: 4 })
  } finally {
    execFileSync('umount', ['-l', disk])
  }
})
