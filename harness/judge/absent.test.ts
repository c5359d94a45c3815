import { expect, test } from '@playwright/test'
import type { Observation } from '../model/observation.ts'
import { judge } from './judge.ts'
import { leak, logged, record, verdict, watched } from './sample-run.suite.ts'

const absent: Observation = {
  ...watched,
  control: { id: null, planted: false, recovered: false, reason: 'There was no swap area for the control.' },
  absent: '/proc/swaps names no swap area',
}

const judged = (observations: readonly Observation[], sightings: Parameters<typeof record>[0] = {}) =>
  verdict(judge(record({ observations: [...observations, logged], ...sightings })), 'DI-INPUT-1', 'disk:work')

test('a place that there never was has nothing to judge, and says why', () => {
  const results = judge(record({ observations: [absent, { ...absent, scan: 'after-stop' }, logged] }))
  const finding = results.findings.find(({ sink, clause }) => sink === 'disk:work' && clause === 'DI-INPUT-1')
  expect(finding).toMatchObject({
    verdict: 'not-applicable',
    reason: 'There is no such place: /proc/swaps names no swap area.',
    bound: null,
  })
})

test('a place that went while the run lasted is judged by what was seen of it', () => {
  expect(judged([watched, { ...absent, scan: 'after-stop' }])).toBe('pass')
  expect(judged([{ ...watched, incomplete: [{ path: 'x', reason: 'y' }] }, absent])).toBe('inconclusive')
})

test('a place that came while the run lasted, and one that was not seen whole, are open', () => {
  const uncontrolled = { ...watched, scan: 'after-stop', control: absent.control }
  expect(judged([absent, uncontrolled])).toBe('inconclusive')
  expect(judged([{ ...absent, incomplete: [{ path: 'x', reason: 'y' }] }])).toBe('inconclusive')
})

test('a sighting outweighs an absence', () => {
  expect(judged([absent], { sightings: [leak] })).toBe('fail')
})
