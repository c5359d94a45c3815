import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { loadProfile } from '../harness/profile/load.ts'

test('every clause of the first profile has one spec, named for it, with its id in the title', async () => {
  const { profile } = await loadProfile('deepinfra')
  const clauses = profile.clauses.map(({ id }) => id).sort()
  const specs = readdirSync('suites')
    .filter(name => name.endsWith('.spec.ts'))
    .map(name => name.replace('.spec.ts', ''))
  expect(specs.sort()).toEqual(clauses)
  for (const id of clauses) {
    const text = readFileSync(`suites/${id}.spec.ts`, 'utf8')
    expect(text).toContain(`test('${id} · `)
    expect(text).toContain(`holds('${id}')`)
  }
})
