import type { CanaryRecord } from '../model/canary.ts'
import type { Exchange } from '../model/exchange.ts'
import type { Results } from '../model/finding.ts'
import type { FieldSeen, Observation } from '../model/observation.ts'
import { Profile } from '../model/profile.ts'
import type { RunMeta, RunRecord } from '../model/run.ts'
import type { Sighting } from '../model/sighting.ts'

/** A small recorded run in which everything went well, for tests that change one thing in it. */
const T = '2026-11-24T00:00:00.000Z'

export const profile = Profile.parse({
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

export const meta: RunMeta = {
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

export const input: CanaryRecord = {
  id: 'paaa1aaaa1ap',
  role: 'payload',
  data: 'input',
  exchange: 'x1',
  field: 'messages[0]',
  position: 'head',
}
export const output: CanaryRecord = {
  id: 'uaaa1aaaa1au',
  role: 'upstream',
  data: 'output',
  exchange: 'x1',
  field: 'answer',
  position: 'head',
}

export const exchange: Exchange = {
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

export const watched: Observation = {
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
  blindTo: null,
  mend: null,
}
export const requestId: FieldSeen = { format: 'json', field: 'request_id', shape: 'id', count: 1, first: 'stdout:1' }
export const logged: Observation = { ...watched, sink: 'log:stdout', medium: 'log', fields: [requestId] }

export const leak: Sighting = {
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

export function record(change: Partial<RunRecord> = {}): RunRecord {
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

export function verdict(results: Results, id: string, sink: string): string | undefined {
  return results.findings.find(finding => finding.clause === id && finding.sink === sink)?.verdict
}
