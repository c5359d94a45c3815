import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { fileStem } from './patterns/pattern.ts'
import type { Answer } from './played-deployment.ts'
import { proofsOn } from './proofs.ts'
import { families } from './registry.ts'

const patterns = families.flatMap(family => family.patterns)
let folder: string
let left: string[]
let proofs: ReadonlyMap<string, Answer>

test.beforeAll(async () => {
  // A process for each of them: on a machine that is busy they take their time to start.
  test.setTimeout(240_000)
  folder = mkdtempSync(join(tmpdir(), 'lethe-patterns-test-'))
  proofs = await proofsOn({ folder }, patterns)
  left = readdirSync(folder)
})

test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

for (const { name } of patterns) {
  test(`${name}: the text is there while it is held`, () => {
    const answer = proofs.get(name)
    const refused = answer !== undefined && 'refused' in answer ? answer.refused : null
    test.skip(refused !== null, `not possible here: ${refused}`)
    expect(answer).toEqual({ proven: true })
  })
}

test('each has a name of its own, and file names that no other one’s begin with', () => {
  const stems = patterns.map(fileStem)
  expect(patterns.map(({ name }) => name)).toEqual([...new Set(patterns.map(({ name }) => name))])
  expect(stems.filter(stem => stems.filter(other => other.startsWith(stem)).length > 1)).toEqual([])
})

test('what is removed is gone: files stay of those alone that say so', () => {
  const stay = ['stays', 'truncated', 'truncated after fsync', 'hole punched', 'overwritten', 'renamed over']
  const databases = ['SQLite, rollback journal', 'SQLite, write-ahead log']
  const expected = [...stay, ...databases].map(name => fileStem({ name }))
  const [dumped, others] = [left.filter(isDump), left.filter(name => !isDump(name))]
  expect(others.map(name => name.replace(/-\d+$/, '')).sort()).toEqual(expected.sort())
  const played = ['core dump that stays', 'heap snapshot that stays'].filter(
    name => 'proven' in (proofs.get(name) ?? {}),
  )
  expect(dumped).toHaveLength(played.length)
})

/** What the kernel and Node name themselves. */
function isDump(name: string): boolean {
  return /^(core(\.\d+)?|Heap\..*\.heapsnapshot)$/.test(name)
}
