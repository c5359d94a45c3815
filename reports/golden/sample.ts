import { createHash } from 'node:crypto'
import type { CanaryRecord } from '../../harness/model/canary.ts'
import type { DecayCurve } from '../../harness/model/decay.ts'
import type { FieldVerdict, Finding, Results } from '../../harness/model/finding.ts'
import type { Observation } from '../../harness/model/observation.ts'
import type { Clause } from '../../harness/model/profile.ts'
import type { Sighting } from '../../harness/model/sighting.ts'

/** A table that an attacker named, to be shown and never to be obeyed. */
const HOSTILE = '<script>alert("1")</script>\u0000\u001b[31m\nnext ]]> \u202Egnp.exe & \uD800'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function sighting(canary: string, sink: string, place: Sighting['place'], rest: Partial<Sighting> = {}): Sighting {
  return {
    canary,
    role: 'payload',
    sink,
    medium: sink.split(':')[0] as Sighting['medium'],
    scan: 'after-traffic',
    place,
    offset: 0,
    length: 52,
    sha256: sha256(`${canary} ${sink}`),
    via: [],
    confirmed: true,
    at: '2026-11-24T10:00:21.500Z',
    ...rest,
  }
}

function finding(clause: Clause, sink: string, verdict: Finding['verdict'], reason: string, rest: Partial<Finding> = {}): Finding {
  const sightings = rest.sightings ?? []
  return {
    clause: clause.id,
    title: clause.title,
    rule: clause.rule.kind,
    severity: clause.severity,
    sink,
    verdict,
    reason,
    mend: null,
    bound: null,
    tier: sink.includes(':') ? 'T0' : null,
    unquantified: clause.unquantified,
    sightings,
    sightingCount: sightings.length,
    ...rest,
  }
}

function scan(sink: string, name: string, rest: Partial<Observation> = {}): Observation {
  return {
    sink,
    medium: sink.split(':')[0] as Observation['medium'],
    tier: 'T0',
    scan: name,
    startedAt: '2026-11-24T10:00:20.000Z',
    endedAt: '2026-11-24T10:00:21.250Z',
    bytes: 1_482_112,
    items: 34,
    control: { id: 'c0ntr0l00001', planted: true, recovered: true, reason: null },
    incomplete: [],
    skipped: [],
    decoys: 0,
    blindTo: sink.startsWith('disk:') ? 'files that lived for a few milliseconds' : null,
    mend: null,
    ...rest,
  }
}

function clause(id: string, title: string, section: string, severity: Clause['severity'], statement: string, rule: Clause['rule'], unquantified = false): Clause {
  return { id, title, section, statement, source: 'privacy-page', severity, unquantified, rule }
}

const inputAtRest = clause('DI-INPUT-1', 'Inputs never on disk', 'Data Privacy', 'critical', 'Whatever a user submits for inference is never written to a disk, in no file, database or object store.', { kind: 'never-at-rest', data: ['input'], media: ['disk', 'database', 'store'] })
const inputInMemory = clause('DI-INPUT-2', 'Inputs in memory only during inference', 'Data Privacy', 'high', 'Submitted data is erased from memory once the inference is done.', { kind: 'gone-within', data: ['input'], media: ['memory'], within: '60s', clock: 'answered' }, true)
const readBack = clause('DI-INPUT-3', 'Nothing can be read back afterwards', 'Data Privacy', 'critical', 'No end-point of the deployment gives out what was submitted or answered earlier.', { kind: 'never-at-rest', data: ['input', 'output'], media: ['api'] })
const outputAtRest = clause('DI-OUTPUT-1', 'Outputs not stored', 'Data Privacy', 'critical', 'The result of an inference goes back to the caller and is stored nowhere.', { kind: 'never-at-rest', data: ['output'], media: ['disk', 'database', 'store'] })
const outputInMemory = clause('DI-OUTPUT-2', 'Outputs gone from memory once returned', 'Data Privacy', 'high', 'After the result was sent back to the caller it is erased from memory.', { kind: 'gone-within', data: ['output'], media: ['memory'], within: '60s', clock: 'returned' }, true)
const images = clause('DI-IMAGE-1', 'Images kept for a short time, then gone', 'Data Privacy', 'high', 'Results of image generation may be stored for a short time, and are gone after it.', { kind: 'gone-within', data: ['image-output'], media: ['store', 'api'], within: '24h', clock: 'created', availableFor: '10m' }, true)
const notLogged = clause('DI-LOG-1', 'Inputs and outputs not logged', 'Logs', 'critical', 'What users submit is not logged, and neither is what they are answered.', { kind: 'never-at-rest', data: ['input', 'output'], media: ['log'] })
const metadataOnly = clause('DI-LOG-2', 'Logs hold only metadata', 'Logs', 'high', 'A log record holds metadata that helps to debug, and nothing else.', { kind: 'only-fields', media: ['log'], allow: [{ meaning: 'request id', names: ['request_id'], shapes: ['id'] }] })
const sharing = clause('DI-SHARE-1', 'Nothing to third parties', 'No Sharing', 'critical', 'Nobody but the provider receives what users submit.', { kind: 'only-destinations', data: ['input'], allow: [{ models: ['anthropic/*'], recipient: 'Anthropic', hosts: ['api.anthropic.com'] }] })
const hostileClause = clause('DI-OTHER-1', `Hostile ${HOSTILE}`.slice(0, 80), 'Logs', 'low', HOSTILE, { kind: 'disclosed', models: ['*'], what: HOSTILE })

export const clauses: Clause[] = [inputAtRest, inputInMemory, readBack, outputAtRest, outputInMemory, images, notLogged, metadataOnly, sharing, hostileClause]

export const canaries: CanaryRecord[] = [
  { id: 'k3p5q1ab4xyz', role: 'payload', data: 'input', exchange: 'x-0007', field: 'messages[1].content', position: 'head' },
  { id: 'm2n8r4cd6uvw', role: 'payload', data: 'input', exchange: 'x-0012', field: 'file.name', position: 'whole' },
  { id: 't7s1b9ef3ghj', role: 'upstream', data: 'output', exchange: 'x-0009', field: 'choices[0].message.content', position: 'middle' },
]

const noSink = (medium: string) => ({
  reason: `No sink of medium ${medium} is declared, so nobody looked there.`,
  mend: `Declare one under "sinks", or judge by a profile whose clause leaves ${medium} out.`,
})
const notYet = (kind: string, needs: string) => ({
  reason: `No sink can judge ${kind} yet: it needs ${needs}.`,
  mend: 'Nothing in the configuration changes this; the clause stays open in this version.',
})
const open = (one: Clause, sink: string, doubt: { reason: string; mend: string }, rest: Partial<Finding> = {}) =>
  finding(one, sink, 'inconclusive', doubt.reason, { mend: doubt.mend, ...rest })

const clock = notYet('gone-within', 'repeated scans on a clock: seen to exist before, seen to be gone after')
const bound = '0 of 64 exchanges; at most 4.57 % at 95 %'
const clean = 'Nothing found; the control was recovered.'

const fields: FieldVerdict[] = [
  { field: 'request_id', format: 'json', shape: 'id', count: 118, first: 'stdout:1', verdict: 'allowed', reason: 'request id' },
  { field: 'cost', format: 'json', shape: 'number', count: 118, first: 'stdout:1', verdict: 'allowed', reason: 'cost of the inference' },
  { field: 'temperature', format: 'json', shape: 'number', count: 96, first: 'stdout:2', verdict: 'allowed', reason: 'sampling parameter' },
  { field: 'preview', format: 'json', shape: 'free-text', count: 41, first: 'stdout:4', verdict: 'denied', reason: 'no field of the list' },
  { field: HOSTILE, format: 'logfmt', shape: 'token', count: 1, first: HOSTILE, verdict: 'denied', reason: 'no field of the list' },
  { field: 'listening on *', format: 'text', shape: 'free-text', count: 1, first: 'stdout:1', verdict: 'unaudited', reason: 'a record of no known shape' },
]

const onDisk = [
  sighting('k3p5q1ab4xyz', 'disk:work', { kind: 'file', path: '/srv/app/tmp/replay/2026-11-24/req-0007.json' }, { offset: 312 }),
  sighting('k3p5q1ab4xyz', 'disk:work', { kind: 'file', path: '/srv/app/tmp/replay/bodies.bin.gz' }, { offset: 4096, length: 72, via: ['gzip', 'base64'] }),
  sighting('m2n8r4cd6uvw', 'disk:work', { kind: 'name', path: '/srv/app/tmp/upload-m2n8r4cd6uvw.wav' }, { offset: 21, scan: 'during-traffic', at: '2026-11-24T10:00:09.125Z' }),
]
const inDatabase = [
  sighting('k3p5q1ab4xyz', 'database:metadata', { kind: 'cell', database: 'app', schema: 'public', table: HOSTILE, column: 'metadata', row: '(0,7)' }, { offset: 88, via: ['json'] }),
]
const throughDoors = [
  sighting('t7s1b9ef3ghj', 'api:doors', { kind: 'door', method: 'GET', url: 'http://127.0.0.1:8080/debug/requests?last=50', caller: 'anonymous' }, { role: 'upstream', offset: 1204 }),
  sighting('k3p5q1ab4xyz', 'api:doors', { kind: 'door', method: 'GET', url: 'http://127.0.0.1:8080/slots', caller: 'other-tenant' }, { offset: 97, via: ['json'] }),
]
const inMemory = [
  sighting('k3p5q1ab4xyz', 'memory:process', { kind: 'process', pid: 4711, name: 'node', region: 'heap' }, { offset: 0x7f32_1000_2a10, scan: 'memory 60 s later', via: ['utf16le'] }),
]
const inLog = [
  sighting('k3p5q1ab4xyz', 'log:stdout', { kind: 'stream', name: 'stdout' }, { offset: 20_480, length: 96, via: ['json', 'percent'], scan: 'during-traffic' }),
]
const perhaps = [
  sighting('?????1ab????', 'log:audit', { kind: 'file', path: '/var/log/app/audit.log' }, { offset: 7, length: 14, confirmed: false }),
]

const findings: Finding[] = [
  finding(inputAtRest, 'disk:work', 'fail', '2 canaries of class input found in 57 places.', { sightings: onDisk, sightingCount: 57 }),
  finding(inputAtRest, 'database:metadata', 'fail', '1 canary of class input found in 1 place.', { sightings: inDatabase }),
  open(inputAtRest, 'store', noSink('store')),
  finding(inputInMemory, 'memory:process', 'fail', '1 canary of class input still there after more than 60s, at most 60.4 s after the answer, in 1 sightings.', { sightings: inMemory }),
  finding(readBack, 'api:doors', 'fail', '2 canaries of class input, output found in 2 places.', { sightings: throughDoors }),
  finding(outputAtRest, 'disk:work', 'pass', clean, { bound }),
  finding(outputAtRest, 'database:metadata', 'pass', clean, { bound }),
  open(outputAtRest, 'store', noSink('store')),
  finding(outputInMemory, 'memory:process', 'pass', 'Seen in memory before, and nothing was left 60.4 s after the last answer; the control was recovered in each sample.', { bound }),
  finding(images, 'api:doors', 'not-applicable', 'The deployment has no image model ]]>.'),
  open(images, 'store', clock),
  finding(notLogged, 'log:stdout', 'fail', '1 canary of class input, output found in 1 place.', { sightings: inLog }),
  open(notLogged, 'log:audit', { reason: 'The control was not recovered by the scan after-traffic: it was rotated away.', mend: 'Check that it is the place that the deployment really uses.' }, { sightings: perhaps }),
  finding(metadataOnly, 'log:stdout', 'fail', 'fields outside the list: preview and 1 more; canaries in the log: 1.', { sightings: inLog, fields }),
  finding(metadataOnly, 'log:audit', 'pass', 'All 3 fields are allowed.', { bound, fields: fields.slice(0, 3) }),
  open(sharing, 'none', notYet('only-destinations', 'a network sink that sees every packet which leaves the deployment')),
  open(hostileClause, 'none', { reason: HOSTILE, mend: HOSTILE }),
]

const coverage: Observation[] = [
  scan('disk:work', 'after-traffic', { incomplete: [{ path: '/srv/app/tmp/queue', reason: 'a FIFO is not read' }, { path: `/srv/app/${HOSTILE}`, reason: 'EACCES: permission denied' }], skipped: [{ path: '/srv/app/.lethe', reason: 'Lethe’s own run folder' }] }),
  scan('disk:work', 'after-stop', { bytes: 1_482_900, items: 35, startedAt: '2026-11-24T10:00:29.000Z', endedAt: '2026-11-24T10:00:29.800Z' }),
  scan('database:metadata', 'after-traffic', { bytes: 52_004, items: 1204, tier: 'T3' }),
  scan('log:stdout', 'after-traffic', { bytes: 24_112, items: 119, fields: [{ format: 'json', field: 'request_id', shape: 'id', count: 118, first: 'stdout:1' }] }),
  scan('log:audit', 'after-traffic', { bytes: 0, items: 0, control: { id: 'c0ntr0l00004', planted: true, recovered: false, reason: 'it was rotated away' }, mend: 'Check that it is the place that the deployment really uses.', decoys: 1 }),
  scan('api:doors', 'after-traffic', { bytes: 88_120, items: 17, tier: 'T3' }),
]

const granted = [
  { clause: 'DI-INPUT-2', data: ['input' as const], seconds: 60 },
  { clause: 'DI-OUTPUT-2', data: ['output' as const], seconds: 60 },
  { clause: 'DI-BULK-2', data: ['bulk-input' as const], seconds: 86_400 },
]
type Point = DecayCurve['points'][number]
const sample = (scan: string, phase: Point['phase'], seconds: number, requests: number, input: number, output: number, complete = true): Point => ({
  scan,
  phase,
  seconds,
  requests,
  complete,
  copies: [
    { data: 'input' as const, via: 'plain', copies: input },
    { data: 'input' as const, via: HOSTILE, copies: Math.floor(input / 4) },
    { data: 'output' as const, via: 'plain', copies: output },
  ].filter(({ copies }) => copies > 0),
})

/** A server that forgets most at once and one text never. */
const forgetting: DecayCurve = {
  sink: 'memory:process',
  granted,
  points: [
    sample('memory asked', 'asked', -0.4, 0, 214, 12),
    sample('memory answering', 'answering', -0.1, 0, 190, 21),
    sample('memory answered', 'after', 0.1, 0, 188, 9),
    sample('memory 1 request later', 'after', 0.3, 1, 131, 7),
    sample('memory 10 requests later', 'after', 1.2, 10, 44, 2, false),
    sample('memory 100 requests later', 'after', 6.1, 100, 1, 0),
    sample('memory 5 s later', 'after', 11.2, 100, 1, 0),
    sample('memory 60 s later', 'after', 60.4, 100, 1, 0),
  ],
}

/** One that forgets whatever it was asked as soon as it has answered. */
const forgotten: DecayCurve = {
  sink: 'memory:process',
  granted,
  points: [sample('memory asked', 'asked', -0.4, 0, 3, 0), sample('memory answering', 'answering', -0.1, 0, 3, 1), sample('memory answered', 'after', 0.1, 0, 0, 0)],
}

/** A leaking deployment: every verdict, every kind of place, hostile names, a run that cannot be trusted. */
export const leaking: Results = {
  $schema: 'urn:lethe:results:1',
  lethe: '0.1.0',
  run: '20261124T100000Z-4f2a9c',
  profile: { id: 'deepinfra', title: 'DeepInfra, data privacy during inference', sha256: sha256('profile') },
  deployment: 'leaky-gateway',
  startedAt: '2026-11-24T10:00:00.000Z',
  endedAt: '2026-11-24T10:00:31.400Z',
  verdict: 'fail',
  exitCode: 1,
  policy: { inconclusive: 'fail', failOn: 'low' },
  counts: { exchanges: 96, answered: 64, canaries: 1834, sightings: 61 },
  findings,
  coverage,
  decay: [forgetting, { sink: HOSTILE, granted: [], points: [] }],
  traffic: {
    outcomes: { answered: 64, refused: 18, failed: 8, aborted: 4, 'timed-out': 2 },
    faults: { none: 64, 'malformed-json': 10, 'unknown-model': 8, 'upstream-error': 8, 'client-abort': 4, 'upstream-stall': 2 },
    notDriven: [{ what: 'deepinfra.native multipart', reason: 'the budget of 10m was used up' }],
  },
  invalid: [],
  notes: ['Incident: exited with code 1 during traffic.', `The source "${HOSTILE}" was read on 2026-11-24; the reading expired on 2027-05-24.`],
}

/** The same, and a decoy turned up. */
export const voided: Results = {
  ...leaking,
  verdict: 'inconclusive',
  exitCode: 4,
  invalid: ['1 decoys, which were never sent, were found in log:audit: no verdict of this run can be trusted.', HOSTILE],
}

/** A deployment that kept what could be judged. */
export const kept: Results = {
  ...leaking,
  deployment: 'reference',
  verdict: 'pass',
  exitCode: 0,
  counts: { exchanges: 96, answered: 64, canaries: 1834, sightings: 0 },
  findings: [
    finding(inputAtRest, 'disk:work', 'pass', clean, { bound }),
    finding(outputAtRest, 'disk:work', 'pass', clean, { bound }),
    finding(notLogged, 'log:stdout', 'pass', clean, { bound }),
    finding(metadataOnly, 'log:stdout', 'pass', 'All 3 fields are allowed.', { bound, fields: fields.slice(0, 3) }),
  ],
  coverage: [scan('disk:work', 'after-traffic'), scan('log:stdout', 'after-traffic')],
  decay: [forgotten],
  traffic: { ...leaking.traffic, notDriven: [] },
  notes: [],
}
