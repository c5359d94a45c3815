import { expect, test } from '@playwright/test'
import type { Sample } from '../model/observation.ts'
import type { Case } from '../traffic/plan.ts'
import { surfaces } from '../traffic/registry.ts'
import { Decay, type DecayOptions } from './decay.ts'
import { HeldAnswers } from './held-answers.ts'

const sampling = { requests: [1, 10, 100], times: ['10ms', '50ms', '1h'], atMost: '1m' }

const cases: Case[] = surfaces
  .slice(0, 2)
  .flatMap(surface => surface.variants.map(variant => ({ surface, variant, options: surface.defaults, fault: null })))

/** Samples a memory in which so many copies are left at the first sample after an answer, at the second, and so on. */
async function sampled(left: readonly number[], change: Partial<DecayOptions> = {}) {
  const samples: { name: string; phase: Sample['phase'] | undefined; requests: number | undefined }[] = []
  const driven: number[] = []
  let requests = 4
  let after = 0
  const watch = {
    seen: 0,
    async scan(name: string, _: unknown, { sample, onTaken }: { sample?: Sample; onTaken?: () => void } = {}) {
      samples.push({ name, phase: sample?.phase, requests: sample?.requests })
      onTaken?.()
      watch.seen = sample?.phase === 'after' ? (left[after++] ?? left.at(-1) ?? 0) : 5
      return ''
    },
  }
  const summary = await new Decay({
    watches: [watch],
    cases,
    drive: async part => {
      driven.push(part.length)
      requests += part.length
      return part.length
    },
    requests: () => requests,
    held: null,
    granted: [],
    sampling,
    onSample: () => {},
    signal: new AbortController().signal,
    ...change,
  }).sample()
  return { samples, driven, summary, names: samples.map(({ name }) => name) }
}

test('where nothing is left at once, nothing more is driven nor waited for', async () => {
  const { names, driven, summary } = await sampled([0], { granted: [60_000] })
  expect(names).toEqual(['memory answered'])
  expect(driven).toEqual([1])
  expect(summary).toBe('1 samples, nothing left')
})

test('as long as something is left, after 1, 10 and 100 further requests, then over time until the last that is granted', async () => {
  const { names, driven, samples, summary } = await sampled([7], { granted: [20, 86_400_000] })
  expect(names).toEqual([
    'memory answered',
    'memory 1 request later',
    'memory 10 requests later',
    'memory 100 requests later',
    'memory 10 ms later',
    'memory 50 ms later',
    'memory 120 ms later',
  ])
  expect(driven).toEqual([1, 1, 9, 90])
  expect(samples.map(({ requests }) => requests)).toEqual([5, 6, 15, 105, 105, 105, 105])
  expect(new Set(samples.map(({ phase }) => phase))).toEqual(new Set(['after']))
  expect(summary).toContain('7 copies left')
})

test('it ends with the first sample that shows nothing', async () => {
  expect((await sampled([7, 3, 0], { granted: [60_000] })).names).toEqual([
    'memory answered',
    'memory 1 request later',
    'memory 10 requests later',
  ])
})

test('what is granted for longer than is waited for is not waited for', async () => {
  const { names } = await sampled([7], { granted: [86_400_000], sampling: { ...sampling, requests: [] } })
  expect(names).toEqual(['memory answered'])
})

test('a request is held before its answer and before the end of it, and let go once memory was copied', async () => {
  const held = new HeldAnswers(() => ({ kind: 'answer', text: 'so' }))
  let letGo = 0
  const { samples } = await sampled([0], {
    held,
    drive: async () => {
      const reply = held.respond(Buffer.of())
      if (reply.kind !== 'answer') throw new Error('no answer')
      for (const at of ['asked', 'answering'] as const) await reply.hold?.(at)
      letGo += 1
      return 1
    },
  })
  expect(samples.map(({ phase }) => phase)).toEqual(['asked', 'answering', 'after'])
  expect(letGo).toBe(2)
})

test('a request that the deployment gives up while it is held is tried again, three times at most', async () => {
  const held = new HeldAnswers(() => ({ kind: 'answer', text: 'so' }))
  let driven = 0
  const { names } = await sampled([0], {
    held,
    drive: async () => {
      const reply = held.respond(Buffer.of())
      if (reply.kind !== 'answer') throw new Error('no answer')
      for (const at of ['asked', 'answering'] as const) await reply.hold?.(at)
      driven += 1
      return driven === 2 ? 1 : 0
    },
  })
  expect(names.slice(0, 3)).toEqual(['memory asked', 'memory asked, try 2', 'memory answering'])
  expect(names.slice(3)).toEqual(['memory answering, try 2', 'memory answering, try 3', 'memory answered'])
})

test('a stand-in that holds nothing back is sampled after its answers only', async () => {
  const held = new HeldAnswers(() => ({ kind: 'answer', text: 'so' }))
  expect((await sampled([0], { held })).names).toEqual(['memory answered'])
})

test('where nobody holds anything, memory is looked at while a request is under way', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, 300)
  const { samples } = await sampled([0], { drive: () => promise.then(() => 1) })
  expect(samples.map(({ phase }) => phase)).toEqual(['under-way', 'after'])
})

test('without a sink of memory nothing is done', async () => {
  const { summary, driven } = await sampled([7], { watches: [] })
  expect(summary).toBe('not among the sinks')
  expect(driven).toEqual([])
})
