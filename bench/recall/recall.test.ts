import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { knownGaps } from './known-gaps.ts'
import { tryRow } from './matrix.ts'
import { problemsOf, strayGaps } from './problems.ts'
import { families } from './registry.ts'
import { missingFor } from './row.ts'
import { Shared } from './shared.ts'

const rows = families.flatMap(family => family.rows)
const names = rows.map(({ name }) => name)
let folder: string

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lethe-recall-test-'))
})

test.afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

for (const row of rows.filter(({ heavy }) => heavy !== true)) {
  test(`${row.name}: found, or a known gap; its twin silent`, async () => {
    const missing = missingFor(row)
    test.skip(missing !== null, missing ?? '')
    await using none = new Shared(folder)
    expect(problemsOf([await tryRow(row, folder, none)], knownGaps)).toEqual([])
  })
}

test('rows have names of their own, and every known gap is one of them', () => {
  expect(names).toEqual([...new Set(names)])
  expect(strayGaps(knownGaps, names)).toEqual([])
})
