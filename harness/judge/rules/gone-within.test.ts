import { expect, test } from '@playwright/test'
import type { Exchange } from '../../model/exchange.ts'
import type { Observation, Sample } from '../../model/observation.ts'
import { Profile } from '../../model/profile.ts'
import type { RunRecord } from '../../model/run.ts'
import type { Sighting } from '../../model/sighting.ts'
import { judge } from '../judge.ts'
import { exchange, input, leak, meta, output, record, watched } from '../sample-run.suite.ts'

const SINK = 'memory:process'
const second = (seconds: number): string => new Date(Date.UTC(2026, 10, 24) + 1000 * seconds).toISOString()

const grant = (data: string, clock: string, media = ['memory']) => ({
  id: `DI-${data.toUpperCase()}-2`,
  title: 'gone',
  section: 'S',
  statement: 'It is so.',
  source: 's',
  severity: 'high',
  rule: { kind: 'gone-within', data: [data], media, within: '60s', clock },
})
const profile = Profile.parse({
  id: 'sample',
  title: 'Sample',
  sources: [{ id: 's', publisher: 'P', title: 'T', read: '2026-11-24', sha256: 'a'.repeat(64), expires: '2027-05-24' }],
  clauses: [
    grant('input', 'answered'),
    grant('output', 'returned'),
    grant('bulk-input', 'returned', ['disk', 'memory']),
  ],
})

/** Asked at 0 s, answered from 10 s on, ended at 12 s. */
const asked: Exchange = { ...exchange, startedAt: second(0), answeredAt: second(10), endedAt: second(12) }

function sampled(at: number, phase: Sample['phase'], change: Partial<Observation> = {}): Observation {
  const scan = `memory ${at}`
  const sample = { phase, requests: 1 }
  return {
    ...watched,
    sink: SINK,
    medium: 'memory',
    scan,
    startedAt: second(at),
    endedAt: second(at + 1),
    sample,
    ...change,
  }
}

function seen(at: number, change: Partial<Sighting> = {}): Sighting {
  const place = { kind: 'process', pid: 7, name: 'node', region: 'heap' } as const
  return { ...leak, sink: SINK, medium: 'memory', scan: `memory ${at}`, place, at: second(at), ...change }
}

const seenOutput = (at: number): Sighting => seen(at, { canary: output.id, role: 'upstream' })
const underWay = [sampled(5, 'asked'), sampled(11, 'answering')]
const seenBefore = [seen(5), seenOutput(11)]

function judged(change: Partial<RunRecord>) {
  const sinks = [{ id: SINK, medium: 'memory' as const }]
  return judge(record({ profile, meta: { ...meta, sinks }, exchanges: [asked], observations: [], ...change }))
}

function found(change: Partial<RunRecord>, clause = 'DI-INPUT-2', sink = SINK) {
  return judged(change).findings.find(one => one.clause === clause && one.sink === sink)
}

test('seen under way, gone at once after the answer: kept, for inputs and for outputs', () => {
  const run = { observations: [...underWay, sampled(13, 'after')], sightings: seenBefore }
  for (const clause of ['DI-INPUT-2', 'DI-OUTPUT-2']) {
    expect(found(run, clause)).toMatchObject({
      verdict: 'pass',
      reason: expect.stringContaining('Seen in memory before, and nothing was left 1.0 s after'),
      bound: expect.stringContaining('0 of 1'),
    })
  }
})

test('there after the answer, gone when the time is over: kept', () => {
  const observations = [...underWay, sampled(13, 'after'), sampled(73, 'after')]
  expect(found({ observations, sightings: [...seenBefore, seen(13)] })?.verdict).toBe('pass')
})

test('still there when the time is over: violated, with the sightings that prove it', () => {
  const observations = [...underWay, sampled(13, 'after'), sampled(71, 'after')]
  const finding = found({ observations, sightings: [...seenBefore, seen(13), seen(71)] })
  expect(finding).toMatchObject({ verdict: 'fail', sightingCount: 1, reason: expect.stringContaining('61.0 s after') })
})

test('the clock of outputs starts with the end of the answer, that of inputs with its beginning', () => {
  const observations = [...underWay, sampled(71, 'after')]
  const run = { observations, sightings: [...seenBefore, seen(71), seenOutput(71)] }
  expect(found(run)?.verdict).toBe('fail')
  expect(found(run, 'DI-OUTPUT-2')).toMatchObject({
    verdict: 'inconclusive',
    mend: expect.stringContaining('memory.atMost'),
  })
})

test('still there in the last sample, which was too early: neither kept nor violated', () => {
  const observations = [...underWay, sampled(13, 'after')]
  expect(found({ observations, sightings: [...seenBefore, seen(13)] })).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('before the 60s'),
  })
})

test('never seen, though a request was held under way: kept, and said', () => {
  const observations = [...underWay, sampled(13, 'after')]
  for (const clause of ['DI-INPUT-2', 'DI-OUTPUT-2']) {
    expect(found({ observations }, clause)).toMatchObject({
      verdict: 'pass',
      reason: expect.stringContaining('not seen even while a request was held'),
    })
  }
})

test('never seen, and nothing was held: no pass; outputs are not shown by a request that had no answer yet', () => {
  expect(found({ observations: [sampled(5, 'under-way'), sampled(13, 'after')] })?.verdict).toBe('inconclusive')
  const observations = [sampled(5, 'asked'), sampled(13, 'after')]
  expect(found({ observations })?.verdict).toBe('pass')
  expect(found({ observations }, 'DI-OUTPUT-2')).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('never seen'),
  })
  const gaveUp = {
    exchanges: [
      { ...asked, outcome: 'failed' as const },
      { ...asked, id: 'x2', startedAt: second(0) },
    ],
  }
  expect(found({ ...gaveUp, observations })?.verdict).toBe('inconclusive')
  const elsewhen = [sampled(-5, 'asked'), sampled(13, 'after')]
  expect(found({ observations: elsewhen })?.verdict).toBe('inconclusive')
})

test('a sample that was not whole, or without its control, is no pass, and hides no violation', () => {
  const partial = sampled(73, 'after', { incomplete: [{ path: 'node (7)', reason: 'EPERM' }] })
  const blind = sampled(73, 'after', { control: { ...watched.control, recovered: false } })
  for (const last of [partial, blind]) {
    const observations = [...underWay, last]
    expect(found({ observations, sightings: seenBefore })?.verdict).toBe('inconclusive')
    expect(found({ observations, sightings: [...seenBefore, seen(73)] })?.verdict).toBe('fail')
  }
})

test('without a sample after the last answer there is no pass', () => {
  expect(found({ observations: underWay, sightings: seenBefore })?.verdict).toBe('inconclusive')
})

test('what is late and not certain is neither: a part of a canary, or of a request that was never answered', () => {
  const observations = [...underWay, sampled(73, 'after')]
  const part = seen(73, { canary: '????????????', confirmed: false })
  expect(found({ observations, sightings: [...seenBefore, part] })).toMatchObject({
    verdict: 'inconclusive',
    sightingCount: 1,
  })
  const aborted: Exchange = { ...asked, outcome: 'aborted' }
  const other: Exchange = { ...asked, id: 'x2' }
  const answered = { ...input, id: 'paaa2aaaa2ap', exchange: 'x2' }
  const run = { exchanges: [aborted, other], canaries: [input, output, answered], observations }
  const carrying = { ...run, exchanges: [aborted, { ...other, carried: [answered.id] }] }
  expect(found({ ...carrying, sightings: [...seenBefore, seen(73)] })?.verdict).toBe('inconclusive')
  expect(found({ ...carrying, sightings: [...seenBefore, seen(73, { canary: answered.id })] })?.verdict).toBe('fail')
})

test('outputs that carry no canaries cannot be judged', () => {
  const run = { canaries: [input], observations: [...underWay, sampled(13, 'after')], sightings: [seen(5)] }
  const returning = { ...run, exchanges: [{ ...asked, returned: [input.id] }] }
  expect(found(returning, 'DI-OUTPUT-2')).toMatchObject({
    verdict: 'inconclusive',
    reason: expect.stringContaining('carry no canaries'),
  })
})

test('no sink of memory, other media, other classes: inconclusive, each with its reason', () => {
  const bare = { meta: { ...meta, sinks: [] } }
  expect(found(bare, 'DI-INPUT-2', 'memory')?.reason).toContain('No sink of medium memory')
  const run = { observations: [...underWay, sampled(13, 'after')], sightings: seenBefore }
  expect(found(run, 'DI-BULK-INPUT-2', 'disk')?.reason).toContain('No sink can judge gone-within yet')
  expect(found(run, 'DI-BULK-INPUT-2')?.reason).toContain('No exchange of class bulk-input')
})

test('the curve follows what had been sent until the first sample after an answer', () => {
  const later: Exchange = { ...asked, id: 'x2', startedAt: second(20), endedAt: second(21) }
  const of = { ...input, id: 'paaa2aaaa2ap', exchange: 'x2' }
  const second2 = { ...sampled(22, 'after'), sample: { phase: 'after' as const, requests: 2 } }
  const { decay } = judged({
    exchanges: [asked, later],
    canaries: [input, output, of],
    observations: [...underWay, sampled(13, 'after'), second2],
    sightings: [...seenBefore, seen(13), seen(13, { offset: 9, via: ['gzip', 'base64'] }), seen(22, { canary: of.id })],
  })
  expect(decay).toHaveLength(1)
  expect(decay?.[0]?.points).toEqual([
    expect.objectContaining({
      seconds: -7,
      requests: 0,
      phase: 'asked',
      copies: [{ data: 'input', via: 'plain', copies: 1 }],
    }),
    expect.objectContaining({ seconds: -1, copies: [{ data: 'output', via: 'plain', copies: 1 }] }),
    expect.objectContaining({
      seconds: 1,
      copies: [
        { data: 'input', via: 'gzip → base64', copies: 1 },
        { data: 'input', via: 'plain', copies: 1 },
      ],
    }),
    expect.objectContaining({ seconds: 10, requests: 1, complete: true, copies: [] }),
  ])
  expect(decay?.[0]?.granted).toContainEqual({ clause: 'DI-INPUT-2', data: ['input'], seconds: 60 })
  expect(judged({ observations: underWay }).decay).toBeUndefined()
})
