import { expect, test } from '@playwright/test'
import { loadProfile } from '../harness/profile/load.ts'
import { promisesPage } from './promises.ts'
import { ruleText } from './rule-text.ts'

test('the page holds every clause once as a heading, under its section', async () => {
  const { profile } = await loadProfile('deepinfra')
  const page = promisesPage(profile)
  const headings = [...page.matchAll(/^### (\S+) · /gm)].map(match => match[1])
  expect(headings.sort()).toEqual(profile.clauses.map(clause => clause.id).sort())
  for (const { section } of profile.clauses) expect(page).toContain(`\n## ${section}\n`)
  expect(page).toContain(
    '| DI-BULK-2 | bulk-input, bulk-output gone from disk, database, store, memory within 24h after the result was returned |',
  )
})

test('markup in a profile is shown, not obeyed', async () => {
  const { profile } = await loadProfile('deepinfra')
  const page = promisesPage({ ...profile, title: '<img src=x> [a](b) `c` *d*\n# e' })
  expect(page).toContain('# \\<img src=x> \\[a\\](b) \\`c\\` \\*d\\* # e\n')
})

test('every kind of rule is put into words', () => {
  expect(ruleText({ kind: 'isolated', data: ['input'], between: 'tenants' })).toBe(
    'input of one never reach another, between tenants',
  )
  expect(ruleText({ kind: 'sampled-at-most', data: ['input'], media: ['log'], rate: 0.001, confidence: 0.95 })).toBe(
    'input of at most 0.1 % of the requests in log, at 95 % confidence',
  )
  expect(ruleText({ kind: 'only-destinations', data: ['input'], allow: [] })).toBe('input sent to nobody')
  expect(ruleText({ kind: 'disclosed', models: ['a/*'], what: 'that b stores it' })).toBe(
    'users of a/* are told that b stores it',
  )
})
