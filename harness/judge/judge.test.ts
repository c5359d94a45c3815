import { expect, test } from '@playwright/test'
import type { CanaryRecord } from '../model/canary.ts'
import type { Exchange } from '../model/exchange.ts'
import type { Results } from '../model/finding.ts'
import type { FieldSeen, Observation } from '../model/observation.ts'
import { Profile } from '../model/profile.ts'
import type { RunMeta, RunRecord } from '../model/run.ts'
import type { Sighting } from '../model/sighting.ts'
import { judge } from './judge.ts'

const T = '2026-11-24T00:00:00.000Z'

const profile = Profile.parse({
  id: 'sample',
  title: 'Sample',
  sources: [{ id: 's', publisher: 'P', title: 'T', read: '2026-11-24', sha256: 'a'.repeat(64), expires: '2027-05-24' }],
  clauses: [
    clause('DI-INPUT-1', { kind: 'never-at-rest', data: ['input'], media: ['disk', 'store'] }),
    clause('DI-OUTPUT-1', { kind: 'never-at-rest', data: ['output'], media: ['disk'] }),
    clause('DI-LOG-2', {
      kind: 'only-fields',
      media: ['log'],
      allow: [{ meaning: 'request id', names: ['request_id'], shapes: ['id'] }],
    }),
    clause('DI-TRAIN-1', { kind: 'not-learned', data: ['input'] }),
  ],
})

function clause(id: string, rule: object): object {
  return { id, title: id, section: 'S', statement: 'It is so.', source: 's', severity: 'high', rule }
}

const meta: RunMeta = {
  lethe: '0.0.0',
  id: 'run',
  state: 'complete',
  startedAt: T,
  endedAt: T,
  commitment: 'c',
  profile: { id: 'sample', sha256: 'p' },
  deployment: { name: 'd', driver: 'process', sha256: 'd' },
  sinks: [
    { id: 'disk:work', medium: 'disk' },
    { id: 'log:stdout', medium: 'log' },
  ],
  harmless: [],
  policy: { inconclusive: 'warn', failOn: 'low' },
  notDriven: [],
  incidents: [],
  runtime: { node: 'v24', platform: 'linux-x64', uid: 0 },
}

const input: CanaryRecord = {
  id: 'paaa1aaaa1ap',
  role: 'payload',
  data: 'input',
  exchange: 'x1',
  field: 'messages[0]',
  position: 'head',
}
const output: CanaryRecord = {
  id: 'uaaa1aaaa1au',
  role: 'upstream',
  data: 'output',
  exchange: 'x1',
  field: 'answer',
  position: 'head',
}

const exchange: Exchange = {
  id: 'x1',
  surface: 'openai.chat',
  variant: 'plain',
  fault: null,
  startedAt: T,
  answeredAt: T,
  endedAt: T,
  outcome: 'answered',
  status: 200,
  requestId: 'r',
  sent: { bytes: 1, sha256: 's' },
  received: { bytes: 1, sha256: 'r' },
  carried: [input.id],
  returned: [output.id],
  note: null,
}

const watched: Observation = {
  sink: 'disk:work',
  medium: 'disk',
  tier: 'T0',
  scan: 'after-traffic',
  startedAt: T,
  endedAt: T,
  bytes: 10,
  items: 1,
  control: { id: 'caaa1aaaa1ac', planted: true, recovered: true, reason: null },
  incomplete: [],
  skipped: [],
  decoys: 0,
  mend: null,
}
const requestId: FieldSeen = { format: 'json', field: 'request_id', shape: 'id', count: 1, first: 'stdout:1' }
const logged: Observation = { ...watched, sink: 'log:stdout', medium: 'log', fields: [requestId] }

const leak: Sighting = {
  canary: input.id,
  role: 'payload',
  sink: 'disk:work',
  medium: 'disk',
  scan: 'after-traffic',
  place: { kind: 'file', path: '/w/f' },
  offset: 0,
  length: 52,
  sha256: 'x',
  via: [],
  confirmed: true,
  at: T,
}

function record(change: Partial<RunRecord> = {}): RunRecord {
  const whole = {
    meta,
    profile,
    profileSha256: 'p',
    canaries: [input, output],
    exchanges: [exchange],
    observations: [watched, logged],
    sightings: [],
  }
  return { ...whole, ...change }
}

function verdict(results: Results, id: string, sink: string): string | undefined {
  return results.findings.find(finding => finding.clause === id && finding.sink === sink)?.verdict
}

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
  ['the run was interrupted', { meta: { ...meta, state: 'interrupted' } }],
  ['the deployment died', { meta: { ...meta, incidents: ['exited with code 1'] } }],
  ['a fragment is not certain', { sightings: [{ ...leak, confirmed: false }] }],
]
for (const [why, change] of doubts) {
  test(`inconclusive, never pass: ${why}`, () => {
    expect(verdict(judge(record(change)), 'DI-INPUT-1', 'disk:work')).toBe('inconclusive')
  })
}

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

test('a control that is found is no violation', () => {
  expect(verdict(judge(record({ sightings: [{ ...leak, role: 'control' }] })), 'DI-INPUT-1', 'disk:work')).toBe('pass')
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

test('a log field outside the list fails without any canary, and is named', () => {
  const extra: FieldSeen = { ...requestId, field: 'preview', shape: 'free-text' }
  const finding = judge(record({ observations: [watched, { ...logged, fields: [requestId, extra] }] })).findings.find(
    one => one.clause === 'DI-LOG-2',
  )
  expect(finding?.verdict).toBe('fail')
  expect(finding?.reason).toContain('preview')
})

test('an allowed name with a value of another shape fails', () => {
  const wrong: FieldSeen = { ...requestId, shape: 'free-text' }
  expect(
    verdict(judge(record({ observations: [watched, { ...logged, fields: [wrong] }] })), 'DI-LOG-2', 'log:stdout'),
  ).toBe('fail')
})

test('names are matched in any case and spelling; the deployment may declare harmless ones', () => {
  const fields: FieldSeen[] = [
    { ...requestId, field: 'requestId' },
    { ...requestId, field: 'zone', shape: 'token' },
  ]
  const harmless = [{ meaning: 'zone', names: ['zone'], shapes: ['token' as const] }]
  expect(
    verdict(
      judge(record({ meta: { ...meta, harmless }, observations: [watched, { ...logged, fields }] })),
      'DI-LOG-2',
      'log:stdout',
    ),
  ).toBe('pass')
})

test('a record of no known shape is unaudited, not a pass', () => {
  const text: FieldSeen = {
    format: 'text',
    field: 'server listening *',
    shape: 'free-text',
    count: 3,
    first: 'stdout:1',
  }
  expect(
    verdict(judge(record({ observations: [watched, { ...logged, fields: [text] }] })), 'DI-LOG-2', 'log:stdout'),
  ).toBe('inconclusive')
})

test('a content sighting in the log fails the field list too', () => {
  const inLog: Sighting = { ...leak, sink: 'log:stdout', medium: 'log' }
  expect(verdict(judge(record({ sightings: [inLog] })), 'DI-LOG-2', 'log:stdout')).toBe('fail')
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
