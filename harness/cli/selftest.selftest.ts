import { chmod, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { lethe, startLethe, temporaryFolder } from '../../fixtures/lethe-process.ts'
import { mutants } from '../../fixtures/mutants/registry.ts'

/** Clauses of which something is not judged yet, known and run all the same: whoever judges one takes it off this list. */
const OPEN = [
  'DI-INPUT-4',
  'DI-OUTPUT-3',
  'DI-IMAGE-1',
  'DI-BULK-1',
  'DI-BULK-2',
  'DI-TRAIN-1',
  'DI-USE-1',
  'DI-SHARE-1',
  'DI-SHARE-2',
  'DI-LOG-3',
  'DI-LOG-4',
  'DI-THIRD-1',
  'DI-THIRD-2',
  'DI-THIRD-3',
  'DI-THIRD-4',
  'DI-THIRD-5',
  'DI-DISCLOSE-1',
]

test('every mutant is caught at its clause and sink; twins and reference are silent', async () => {
  test.setTimeout(900_000)
  const { code, stdout, stderr } = await lethe('selftest', '--json')
  expect(code, stderr).toBe(0)
  const card = JSON.parse(stdout)
  const obstacles = mutants.map(({ name, obstacle }) => ({ name, reason: obstacle?.() ?? null }))
  const notRun = obstacles.filter(({ reason }) => reason !== null)
  expect(card.notRun).toEqual(notRun)
  const run = mutants.filter(({ name }) => !notRun.some(one => one.name === name))
  const expected = run.map(({ name, catalogue, clause, sink }) => ({
    name,
    catalogue,
    clause,
    sink,
    caught: true,
    twinSilent: true,
  }))
  expect(card.mutants).toEqual(expected)
  expect(card.mutants.length).toBeGreaterThanOrEqual(28)
  expect(card.reference.falseAlarms).toBe(0)
  expect(card.reference.inconclusive).toEqual(OPEN)
})

test('an unknown mutant: 2, with the known ones', async () => {
  const { code, stderr } = await lethe('selftest', 'nonsense')
  expect(code).toBe(2)
  expect(stderr).toContain('prompt-logged')
})

test('Ctrl-C in the middle of a run with a database and an upstream leaves no process and no file', async () => {
  await using folder = await temporaryFolder()
  const out = join(folder.path, 'run')
  const args = ['run', '--config', 'fixtures/reference/lethe.config.ts', '--out', out]
  const temporary = join(folder.path, 'tmp')
  await mkdir(temporary)
  await chmod(temporary, 0o777)
  await chmod(folder.path, 0o755)
  const { child, finished } = startLethe(args, { env: { TMPDIR: temporary } })
  await new Promise<void>(resolve => {
    child.stderr?.on('data', (chunk: Buffer) => {
      if (String(chunk).includes('traffic …')) setTimeout(resolve, 1000)
    })
  })
  expect(await readdir(temporary)).not.toEqual([])
  child.kill('SIGINT')
  expect((await finished).code).toBe(130)
  expect(await readdir(temporary)).toEqual([])
  expect((await lethe('judge', out)).code).toBe(3)
})
