import { expect, test } from '@playwright/test'
import type { CanaryRecord } from '../model/canary.ts'
import type { RunRecord } from '../model/run.ts'
import { judge } from './judge.ts'
import { exchange, input, leak, logged, meta, output, record, verdict, watched } from './sample-run.suite.ts'

test('a clean run passes what it could see and leaves open what it could not', () => {
  const results = judge(record())
  expect(verdict(results, 'DI-INPUT-1', 'disk:work')).toBe('pass')
  expect(verdict(results, 'DI-OUTPUT-1', 'disk:work')).toBe('pass')
  expect(verdict(results, 'DI-LOG-2', 'log:stdout')).toBe('pass')
  expect(verdict(results, 'DI-INPUT-1', 'store')).toBe('inconclusive')
  expect(verdict(results, 'DI-TRAIN-1', 'none')).toBe('inconclusive')
  expect(results.exitCode).toBe(0)
  expect(results.findings.find(finding => finding.verdict === 'pass')?.bound).toContain('0 of 1 exchanges')
})

test('inconclusive clauses end with 3 unless the policy only warns', () => {
  expect(judge(record(), { inconclusive: 'fail', failOn: 'low' }).exitCode).toBe(3)
})

test('a sighting fails the clause of its data class, and no other', () => {
  const results = judge(record({ sightings: [leak] }))
  expect(verdict(results, 'DI-INPUT-1', 'disk:work')).toBe('fail')
  expect(verdict(results, 'DI-OUTPUT-1', 'disk:work')).toBe('pass')
  expect(results.exitCode).toBe(1)
  expect(results.verdict).toBe('fail')
})

test('a sighting fails even when the sink could not be seen whole', () => {
  const blind = { ...watched, control: { ...watched.control, recovered: false } }
  expect(verdict(judge(record({ observations: [blind, logged], sightings: [leak] })), 'DI-INPUT-1', 'disk:work')).toBe(
    'fail',
  )
})

test('violations below the chosen severity do not fail the run', () => {
  expect(judge(record({ sightings: [leak] }), { inconclusive: 'warn', failOn: 'critical' }).exitCode).toBe(0)
})

const doubts: readonly (readonly [string, Partial<RunRecord>])[] = [
  [
    'the control was not recovered',
    { observations: [{ ...watched, control: { ...watched.control, recovered: false } }, logged] },
  ],
  [
    'the control could not be planted',
    {
      observations: [{ ...watched, control: { id: null, planted: false, recovered: false, reason: 'denied' } }, logged],
    },
  ],
  [
    'something was not read',
    { observations: [{ ...watched, incomplete: [{ path: '/w/secret', reason: 'EACCES' }] }, logged] },
  ],
  [
    'one scan of several was blind',
    { observations: [watched, { ...watched, scan: 'after-stop', incomplete: [{ path: 'x', reason: 'y' }] }, logged] },
  ],
  ['it was never scanned', { observations: [logged] }],
  ['nothing was answered', { exchanges: [{ ...exchange, outcome: 'refused' }] }],
  [
    'one surface of several was never answered',
    { exchanges: [exchange, { ...exchange, id: 'x2', surface: 'openai.embeddings', outcome: 'refused' }] },
  ],
  ['the run was interrupted', { meta: { ...meta, state: 'interrupted' } }],
  ['the deployment died', { meta: { ...meta, incidents: ['exited with code 1'] } }],
  ['a fragment is not certain', { sightings: [{ ...leak, confirmed: false }] }],
]
for (const [why, change] of doubts) {
  test(`inconclusive, never pass: ${why}`, () => {
    expect(verdict(judge(record(change)), 'DI-INPUT-1', 'disk:work')).toBe('inconclusive')
  })
}

test('a fragment is shown beside whatever else keeps the verdict open', () => {
  const blind = { ...watched, incomplete: [{ path: '/w/secret', reason: 'EACCES' }] }
  const results = judge(record({ observations: [blind, logged], sightings: [{ ...leak, confirmed: false }] }))
  const found = results.findings.find(({ clause, sink }) => clause === 'DI-INPUT-1' && sink === 'disk:work')
  expect(found).toMatchObject({ verdict: 'inconclusive', sightingCount: 1, sightings: [{ confirmed: false }] })
})

test('a run that did not come to its end never exits 0', () => {
  for (const state of ['open', 'interrupted', 'broken'] as const)
    expect(judge(record({ meta: { ...meta, state } })).exitCode).toBe(3)
})

test('a run in which nothing passed never exits 0, also when inconclusive only warns', () => {
  expect(judge(record({ observations: [] })).exitCode).toBe(3)
})

test('a decoy makes the run invalid', () => {
  const results = judge(record({ sightings: [{ ...leak, role: 'decoy' }] }))
  expect(results.invalid).toHaveLength(1)
  expect(results.exitCode).toBe(4)
})

test('a fragment that may be of a decoy by chance makes nothing invalid', () => {
  expect(judge(record({ sightings: [{ ...leak, role: 'decoy', confirmed: false }] })).invalid).toEqual([])
})

test('a control that is found is no violation', () => {
  const control: CanaryRecord = { ...input, id: 'caaa1bbbb1ac', role: 'control', data: null }
  const run = (canary: string) =>
    judge(record({ canaries: [input, output, control], sightings: [{ ...leak, role: 'control', canary }] }))
  expect(verdict(run(control.id), 'DI-INPUT-1', 'disk:work')).toBe('pass')
  expect(verdict(run('caaa1???????'), 'DI-INPUT-1', 'disk:work')).toBe('pass')
  expect(verdict(run('c???????????'), 'DI-INPUT-1', 'disk:work')).toBe('inconclusive')
  expect(verdict(run('cccc2cccc2cc'), 'DI-INPUT-1', 'disk:work')).toBe('inconclusive')
})

test('an input that came back and is found may be an output: without an upstream of ours that is not a pass', () => {
  const echoed = { canaries: [input], exchanges: [{ ...exchange, returned: [input.id] }] }
  expect(verdict(judge(record(echoed)), 'DI-OUTPUT-1', 'disk:work')).toBe('pass')
  expect(verdict(judge(record({ ...echoed, sightings: [leak] })), 'DI-OUTPUT-1', 'disk:work')).toBe('inconclusive')
})

test('outputs that never came back are not exercised', () => {
  expect(verdict(judge(record({ exchanges: [{ ...exchange, returned: [] }] })), 'DI-OUTPUT-1', 'disk:work')).toBe(
    'inconclusive',
  )
})

test('a canary that was read in part is matched by what was read', () => {
  const partial = { ...leak, canary: 'uaaa1aa?????', role: 'upstream' as const }
  const results = judge(record({ sightings: [partial] }))
  expect(verdict(results, 'DI-OUTPUT-1', 'disk:work')).toBe('fail')
  expect(verdict(results, 'DI-INPUT-1', 'disk:work')).toBe('pass')
})

test('evidence is bounded and its number whole', () => {
  const sightings = Array.from({ length: 50 }, (_, offset) => ({ ...leak, offset }))
  const finding = judge(record({ sightings })).findings.find(one => one.clause === 'DI-INPUT-1')
  expect(finding?.sightings).toHaveLength(20)
  expect(finding?.sightingCount).toBe(50)
})

test('a stale source is said', () => {
  const later = { ...meta, startedAt: '2028-01-01T00:00:00.000Z' }
  expect(judge(record({ meta: later })).notes.join()).toContain('expired')
})

test('judging is a function of the record', () => {
  expect(JSON.stringify(judge(record({ sightings: [leak] })))).toBe(
    JSON.stringify(judge(structuredClone(record({ sightings: [leak] })))),
  )
})
