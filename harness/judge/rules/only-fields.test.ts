import { expect, test } from '@playwright/test'
import type { FieldSeen } from '../../model/observation.ts'
import type { Sighting } from '../../model/sighting.ts'
import { judge } from '../judge.ts'
import { leak, logged, meta, record, requestId, verdict, watched } from '../sample-run.suite.ts'

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
