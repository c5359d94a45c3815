import { expect, test } from '@playwright/test'
import { Config } from '../deployment/config.ts'
import { crashesOf, problemsBeforeStart, trafficOf } from './preflight.ts'

const external = { driver: 'external', baseUrl: 'http://127.0.0.1:1' }
const ours = { driver: 'process', command: ['serve'] }

function configured(deployment: object, traffic: object): Config {
  return Config.parse({ name: 'test', deployment, traffic, surfaces: [{ surface: 'openai.chat' }] })
}

const bodies = (config: Config) =>
  trafficOf(config).cases.flatMap(({ fault }) => (fault?.id.startsWith('body-') ? [fault.id] : []))
const crashes = (config: Config) => crashesOf(config).crashes.map(({ crash }) => crash.id)

test('large bodies and crashes come with all faults, and only then, unless they are asked for', () => {
  const all = configured(ours, {})
  expect(bodies(all)).toEqual(['body-16KiB', 'body-1MiB', 'body-16MiB', 'body-64MiB'])
  expect(crashes(all)).toEqual(['kill', 'segfault', 'terminate', 'disk-full'])
  for (const faults of ['none', ['client-abort']]) {
    const fewer = configured(ours, { faults })
    expect([bodies(fewer), crashes(fewer)]).toEqual([[], []])
    const asked = configured(ours, { faults, bodies: [2048], crashes: ['segfault'] })
    expect([bodies(asked), crashes(asked)]).toEqual([['body-2KiB'], ['segfault']])
  }
})

test('a deployment that Lethe does not start is not made to crash, and that is said', () => {
  const { crashes, notDriven } = crashesOf(configured(external, {}))
  expect(crashes).toEqual([])
  expect(notDriven.map(({ what }) => what)).toEqual([
    'crash kill',
    'crash segfault',
    'crash terminate',
    'crash disk-full',
  ])
  expect(notDriven[0]?.reason).toContain('does not start this deployment')
})

test('a crash that does not exist is found before anything is started, at its place', () => {
  expect(problemsBeforeStart(configured(ours, { crashes: ['kill', 'oom'] }))).toMatchObject([
    { path: ['traffic', 'crashes', 1], wrong: 'There is no crash "oom".' },
  ])
})

for (const sizes of [[512], [1024.5], [2 ** 29], Array(17).fill(2048)]) {
  test(`${sizes.length} bodies of ${sizes[0]} bytes are out of bounds`, () => {
    expect(() => configured(ours, { bodies: sizes })).toThrow()
  })
}
