import { expect, test } from '@playwright/test'
import type { CanaryRecord } from '../model/canary.ts'
import type { RunMeta, RunRecord } from '../model/run.ts'
import type { Sighting } from '../model/sighting.ts'
import { judge } from './judge.ts'
import { exchange, input, leak, logged, meta, record, watched } from './sample-run.suite.ts'

/** A run whose upstream is not ours: one output, known by its fingerprint, and no echo of an input. */
const output: CanaryRecord = {
  id: 'oaaa1aaaa1ao',
  role: 'output',
  data: 'output',
  exchange: 'x1',
  field: 'choices.0.message.content',
  position: 'whole',
}
const outputs: NonNullable<RunMeta['outputs']> = { kept: 1, distinct: 1, incomplete: [], doubt: null }
const seen: Sighting = { ...leak, canary: output.id, role: 'output', via: ['fingerprint'], length: 400 }
const fingerprinted = { ...watched, control: { ...watched.control, fingerprinted: true } }

function run(change: Partial<RunRecord> = {}): RunRecord {
  return record({
    meta: { ...meta, outputs },
    canaries: [input, output],
    exchanges: [{ ...exchange, returned: [] }],
    observations: [fingerprinted, logged],
    ...change,
  })
}

function verdictOf(run: RunRecord, clause = 'DI-OUTPUT-1', sink = 'disk:work') {
  return judge(run).findings.find(finding => finding.clause === clause && finding.sink === sink)
}

test('an output that is found where none may be fails, and is called an output', () => {
  const finding = verdictOf(run({ sightings: [seen] }))
  expect(finding).toMatchObject({ verdict: 'fail', reason: '1 output of class output found in 1 place.' })
  expect(verdictOf(run({ sightings: [seen] }), 'DI-INPUT-1')?.verdict).toBe('pass')
  expect(judge(run({ sightings: [seen] })).counts.sightings).toBe(1)
})

test('silence passes where the control was found by its fingerprint', () => {
  expect(verdictOf(run())).toMatchObject({ verdict: 'pass', bound: expect.stringContaining('0 of 1') })
})

test('evidence that is not certain is no fail, and no pass', () => {
  expect(verdictOf(run({ sightings: [{ ...seen, confirmed: false }] }))).toMatchObject({
    verdict: 'inconclusive',
    sightingCount: 1,
  })
})

test('silence proves nothing without a control that was found, without outputs that can be, or with some left out', () => {
  const blind = { ...watched, control: { ...watched.control, fingerprinted: false } }
  const reasons: [RunRecord, RegExp][] = [
    [run({ observations: [blind, logged] }), /not found by its fingerprint/],
    [run({ canaries: [input] }), /No exchange of class output/],
    [run({ meta: { ...meta, outputs: { ...outputs, incomplete: ['2 outputs are not looked for'] } } }), /2 outputs/],
  ]
  for (const [broken, reason] of reasons) {
    expect(verdictOf(broken)).toMatchObject({ verdict: 'inconclusive', reason: expect.stringMatching(reason) })
    expect(verdictOf(broken, 'DI-INPUT-1')?.verdict).toBe('pass')
  }
})

test('why no sighting is certain is a note', () => {
  const doubted = run({ meta: { ...meta, outputs: { ...outputs, doubt: 'more than 200 MiB lay there' } } })
  expect(judge(doubted).notes.join()).toContain('200 MiB lay there')
})
