import { expect, test } from '@playwright/test'
import { LetheError } from '../model/error.ts'
import type { TrafficChoice } from './plan.ts'
import { describeCase, planTraffic } from './plan.ts'

const choice: TrafficChoice = {
  surfaces: [{ surface: 'openai.chat' }],
  faults: 'all',
  bodies: [],
  repeat: 1,
  hasUpstream: true,
}

test('every variant goes well once, and every fault is driven once', () => {
  expect(planTraffic(choice).cases.map(describeCase)).toEqual([
    'openai.chat plain',
    'openai.chat streamed',
    'openai.chat developer',
    'openai.chat text',
    'openai.chat plain with malformed-json',
    'openai.chat plain with wrong-types',
    'openai.chat plain with over-length',
    'openai.chat plain with unknown-model',
    'openai.chat plain with upstream-500',
    'openai.chat plain with upstream-timeout',
    'openai.chat streamed with client-abort',
  ])
})

test('a surface without streams has no client-abort', () => {
  const { cases } = planTraffic({ ...choice, surfaces: [{ surface: 'openai.embeddings' }], faults: ['client-abort'] })
  expect(cases.map(describeCase)).toEqual(['openai.embeddings plain'])
})

test('without an upstream of ours its faults are not driven, and that is said', () => {
  const { cases, notDriven } = planTraffic({ ...choice, hasUpstream: false })
  expect(cases.filter(({ fault }) => fault?.needs === 'upstream')).toEqual([])
  expect(notDriven.map(({ what }) => what)).toEqual(['fault upstream-500', 'fault upstream-timeout'])
  expect(notDriven[0]?.reason).toContain('No upstream of ours')
})

test('only the named faults are driven, or none; the plan repeats as a whole', () => {
  const once = planTraffic({ ...choice, faults: ['unknown-model', 'malformed-json', 'unknown-model'] }).cases
  expect(once.map(({ fault }) => fault?.id ?? '-')).toEqual(['-', '-', '-', '-', 'malformed-json', 'unknown-model'])
  const thrice = planTraffic({ ...choice, faults: 'none', repeat: 3 }).cases
  expect(thrice.map(({ variant }) => variant.id).join(' ')).toBe(
    'plain streamed developer text plain streamed developer text plain streamed developer text',
  )
})

test('base and model are those of the configuration, else those of the surface', () => {
  const surfaces = [{ surface: 'openai.chat', base: '/v1', model: 'm' }, { surface: 'openai.embeddings' }]
  const { cases } = planTraffic({ ...choice, surfaces, faults: ['unknown-model'] })
  expect(cases[0]?.options).toEqual({ base: '/v1', model: 'm' })
  expect(cases[4]?.options).toEqual({ base: '/v1', model: 'lethe/no-such-model' })
  expect(cases[5]?.options).toEqual({ base: '/v1/openai', model: 'BAAI/bge-base-en-v1.5' })
})

for (const { wrong, known } of [
  { wrong: { surfaces: [{ surface: 'openai.chats' }] }, known: 'openai.embeddings' },
  { wrong: { faults: ['malformed-yaml'] }, known: 'client-abort' },
]) {
  test(`an unknown name is refused, and ${known} is among those offered`, () => {
    const plan = () => planTraffic({ ...choice, ...wrong })
    expect(plan).toThrow(LetheError)
    expect(plan).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', mend: expect.stringContaining(known) }))
  })
}

test('large bodies come once, after all rounds: small ones on each surface, larger ones on the first, uploads where they are taken', () => {
  const surfaces = [{ surface: 'openai.chat' }, { surface: 'deepinfra.inference' }]
  const { cases } = planTraffic({ ...choice, surfaces, faults: 'none', bodies: [16_384, 67_108_864], repeat: 2 })
  expect(cases.map(describeCase).slice(2 * (4 + 3))).toEqual([
    'openai.chat plain with body-16KiB',
    'deepinfra.inference json with body-16KiB',
    'deepinfra.inference multipart with body-16KiB',
    'openai.chat plain with body-64MiB',
    'deepinfra.inference multipart with body-64MiB',
  ])
})
