import { expect, test } from '@playwright/test'
import { planCrashes } from './crash.ts'
import { describeCase } from './plan.ts'

const surfaces = [{ surface: 'openai.embeddings' }, { surface: 'openai.chat' }, { surface: 'deepinfra.inference' }]
const choice = { surfaces, crashes: 'all', obstacle: null } as const

test('each crash meets a plain request and a stream, of the first surfaces that have them; a full disk meets large bodies', () => {
  const { crashes, notDriven } = planCrashes(choice)
  expect(crashes.map(({ crash, cases }) => [crash.id, crash.signal, ...cases.map(describeCase)])).toEqual([
    ['kill', 'SIGKILL', 'openai.embeddings plain with crash-kill', 'openai.chat streamed with crash-kill'],
    ['segfault', 'SIGSEGV', 'openai.embeddings plain with crash-segfault', 'openai.chat streamed with crash-segfault'],
    [
      'terminate',
      'SIGTERM',
      'openai.embeddings plain with crash-terminate',
      'openai.chat streamed with crash-terminate',
    ],
    ['disk-full', null, 'openai.embeddings plain with disk-full', 'deepinfra.inference multipart with disk-full'],
  ])
  expect(notDriven).toEqual([])
})

test('a surface without streams has half of them', () => {
  const { crashes } = planCrashes({ ...choice, surfaces: [{ surface: 'openai.embeddings' }], crashes: ['kill'] })
  expect(crashes.map(({ cases }) => cases.map(describeCase))).toEqual([['openai.embeddings plain with crash-kill']])
})

test('what cannot crash is said, crash by crash', () => {
  expect(planCrashes({ ...choice, crashes: ['terminate', 'kill'], obstacle: 'It runs already.' })).toEqual({
    crashes: [],
    notDriven: [
      { what: 'crash kill', reason: 'It runs already.' },
      { what: 'crash terminate', reason: 'It runs already.' },
    ],
  })
  expect(planCrashes({ ...choice, crashes: 'none', obstacle: 'It runs already.' }).notDriven).toEqual([])
})

test('a crash that does not exist is said, with those that do', () => {
  expect(() => planCrashes({ ...choice, crashes: ['kill', 'sigkill'] })).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      mend: expect.stringContaining('kill, segfault, terminate, disk-full'),
    }),
  )
})
