import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { Outcome } from './matrix.ts'
import { planted, tryRow } from './matrix.ts'
import { problemsOf, strayGaps } from './problems.ts'
import { recallMarkdown } from './report.ts'
import { ripgrep } from './rivals.ts'
import type { Row } from './row.ts'
import { written } from './row.ts'
import { Shared } from './shared.ts'

let folder: string
const none = new Map<string, string>()

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lethe-problems-test-'))
})

test.afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function outcomeOf(row: Row): Promise<Outcome> {
  await using shared = new Shared(folder)
  return tryRow(row, folder, shared, [ripgrep([planted.text])])
}

/** What no search sees through, and what undoes it. */
const mask = (bytes: Buffer): Uint8Array => bytes.map((byte, index) => byte ^ ((index * 89 + 41) & 0xff))
const hidden: Row = {
  ...written('hidden', 'a key stream', 'a.bin', ({ text }) => mask(Buffer.from(text))),
  undo: planting => mask(readFileSync(planting.path('a.bin'))),
}
const plain = written('plain', 'nothing', 'a.txt', ({ text }) => text)

test('a row that is not found is red, but for a known gap', async () => {
  const outcome = await outcomeOf(hidden)
  expect(problemsOf([outcome], none)).toEqual(['hidden: missed, and no known gap'])
  expect(problemsOf([outcome], new Map([['hidden', 'encrypted']]))).toEqual([])
})

test('a known gap that is found is red, and so is one that is no row', async () => {
  const outcome = await outcomeOf(plain)
  expect(problemsOf([outcome], none)).toEqual([])
  expect(problemsOf([outcome], new Map([['plain', 'hard']]))).toEqual(['plain: found; take it off the known gaps'])
  expect(strayGaps(new Map([['lost', 'hard']]), ['plain'])).toEqual(['lost: a known gap, but no row'])
})

test('a row that holds no canary is red, even as a known gap', async () => {
  const empty = written('empty', 'nothing', 'a.txt', () => 'no canary')
  expect(problemsOf([await outcomeOf(empty)], new Map([['empty', 'hard']]))).toEqual([
    'empty: nothing proves that its files hold the canary',
  ])
})

test('a false alarm in the twin is red', async () => {
  const both = written('both', 'the canary, whatever it should be', 'a.txt', () => planted.text)
  expect(problemsOf([await outcomeOf(both)], none)).toEqual(['both: false alarm in the twin (plain)'])
})

test('a tool that fails is red; one that is missing is said', async () => {
  const fails = written('fails', 'false', 'a.txt', planting => planting.tool('false', []))
  expect(problemsOf([await outcomeOf(fails)], none)).toEqual([
    expect.stringContaining('fails: it could not be made: false ended with 1'),
  ])
  const absent = { ...plain, name: 'absent', needs: ['no-such-tool', 'python3:no_such_module'] }
  const outcome = await outcomeOf(absent)
  expect(outcome.result).toEqual({ notMade: 'no-such-tool, python3:no_such_module is not installed' })
  expect(problemsOf([outcome], none)).toEqual([])
})

test('the document says of each row what was found by whom, and names what was not made', async () => {
  const absent = { ...plain, name: 'absent', needs: ['no-such-tool'] }
  const rows = [plain, hidden, absent]
  const outcomes = await Promise.all(rows.map(outcomeOf))
  const gaps = new Map([['hidden', 'encrypted']])
  const families = [{ title: 'All', rows }]
  const text = recallMarkdown({ outcomes, families, rivals: ['ripgrep'], gaps, notes: [] })
  expect(text).toContain('| plain | nothing | **found** | found |')
  expect(text).toContain('| hidden | a key stream | — (known gap) | — |')
  expect(text).toContain('| absent | nothing | not made: no-such-tool is not installed | |')
  expect(text).toContain('3 rows, 2 made, 1 not made')
  expect(text).toContain('- **hidden**: encrypted')
})
