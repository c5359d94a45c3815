import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Canary } from '../model/canary.ts'
import { LetheError } from '../model/error.ts'
import type { RunRecord } from '../model/run.ts'
import { loadProfile } from '../profile/load.ts'
import type { OpenSink, Sink, SinkContext, SinkSighting } from '../sinks/sink.ts'
import { begin } from './begin.ts'
import { readRun } from './read.ts'
import { Watch } from './watch.ts'

const key = RunKey.create()
const control = new Mint(key).mint({ role: 'control', data: null, exchange: null, field: 'disk:x', position: 'whole' })
const context: SinkContext = {
  scanner: {
    blindTo: null,
    open: () => ({ push: async () => {}, end: async () => ({ bytes: 0, unpacked: 0, incomplete: [] }) }),
  },
  signal: new AbortController().signal,
  now: () => new Date('2026-11-24T00:00:00Z'),
  own: [],
}

function sighting(canary: Pick<Canary, 'id' | 'role'>, offset = 0): SinkSighting {
  const place = { kind: 'file', path: '/x' } as const
  return { canary: canary.id, role: canary.role, offset, length: 52, sha256: 'x', via: [], confirmed: true, place }
}

function sinkOf(open: () => Promise<OpenSink>): Sink {
  return { id: 'disk:x', medium: 'disk', tier: 'T0', blindTo: null, opens: 'before-start', open }
}

function opened(scan: OpenSink['scan'], plant: OpenSink['plant'] = async () => {}): OpenSink {
  return { plant, pulse: async () => '', scan, [Symbol.asyncDispose]: async () => {} }
}

const empty = { bytes: 1, items: 1, incomplete: [], skipped: [] }

async function watched(
  sink: Sink,
  scans = 1,
  about: {
    readonly context?: SinkContext
    readonly hasOutputs?: boolean
    readonly before?: (watch: Watch) => Promise<void>
    readonly restarted?: boolean
  } = {},
): Promise<RunRecord> {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-watch-'))
  try {
    const history = await begin({
      out: join(folder, 'run'),
      key,
      profile: await loadProfile('deepinfra'),
      lethe: '0.0.0',
      now: context.now,
      deployment: { name: 'd', driver: 'external', sha256: '' },
      harmless: [],
      policy: { inconclusive: 'fail', failOn: 'low' },
    })
    await using watch = new Watch(sink, about.context ?? context, history, about.hasOutputs)
    await watch.open(control)
    await about.before?.(watch)
    for (let scan = 1; scan <= scans; scan += 1)
      await watch.scan(`scan-${scan}`, [], { restarted: about.restarted === true })
    history.close()
    return await readRun(history.path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('a control that comes back is recovered', async () => {
  const { observations, sightings } = await watched(
    sinkOf(async () =>
      opened(async emit => {
        emit(sighting(control))
        return empty
      }),
    ),
  )
  expect(observations[0]?.control).toEqual({ id: control.id, planted: true, recovered: true, reason: null })
  expect(sightings).toHaveLength(1)
})

test('a control that is broken on its way is not recovered', async () => {
  const broken = { ...sighting(control), canary: `${control.id.slice(0, 6)}??????` }
  const { observations } = await watched(
    sinkOf(async () =>
      opened(async emit => {
        emit(broken)
        return empty
      }),
    ),
  )
  expect(observations[0]?.control).toMatchObject({ planted: true, recovered: false })
})

test('a sink that cannot be opened is an observation with the mend, not a crash', async () => {
  const { observations } = await watched(
    sinkOf(async () => {
      throw new LetheError('SINK_DENIED', 'Cannot read.', 'Grant it.')
    }),
  )
  expect(observations[0]).toMatchObject({
    mend: 'Grant it.',
    control: { planted: false },
    incomplete: [{ path: 'disk:x', reason: 'Cannot read.' }],
  })
})

test('a control that cannot be planted keeps the scan, and is said', async () => {
  const denied = opened(
    async () => empty,
    async () => {
      throw new LetheError('SINK_DENIED', 'Cannot write.', 'Grant it.')
    },
  )
  const { observations } = await watched(sinkOf(async () => denied))
  expect(observations[0]).toMatchObject({
    bytes: 1,
    mend: 'Grant it.',
    control: { planted: false, recovered: false, reason: 'Cannot write.' },
  })
})

test('a scan that fails on its way keeps what it saw and is incomplete', async () => {
  const payload = sighting({ id: 'paaa1aaaa1ap', role: 'payload' })
  const { observations, sightings } = await watched(
    sinkOf(async () =>
      opened(async emit => {
        emit(payload)
        throw new Error('connection lost')
      }),
    ),
  )
  expect(sightings).toHaveLength(1)
  expect(observations[0]?.incomplete[0]?.reason).toContain('connection lost')
})

test('what the sink cannot see, and what the scanner does not look for, stand together', async () => {
  const sink = { ...sinkOf(async () => opened(async () => empty)), blindTo: 'deleted rows' }
  const scanner = { ...context.scanner, blindTo: 'token ids of llama3' }
  const blindness = async (about: SinkContext, of: Sink): Promise<string | null | undefined> =>
    (await watched(of, 1, { context: about })).observations[0]?.blindTo
  expect(await blindness({ ...context, scanner }, sink)).toBe('deleted rows; token ids of llama3')
  expect(await blindness({ ...context, scanner }, { ...sink, blindTo: null })).toBe('token ids of llama3')
  expect(await blindness(context, { ...sink, blindTo: null })).toBeNull()
})

test('what two scans see at the same place is recorded once; decoys are counted', async () => {
  const decoy = sighting({ id: 'daaa1aaaa1ad', role: 'decoy' })
  const { observations, sightings } = await watched(
    sinkOf(async () =>
      opened(async emit => {
        emit(decoy)
        return empty
      }),
    ),
    2,
  )
  expect(sightings).toHaveLength(1)
  expect(observations.map(({ decoys }) => decoys)).toEqual([1, 1])
})

test('sightings are bounded, and the bound is said', async () => {
  const flood = opened(async emit => {
    for (let offset = 0; offset < 10_050; offset += 1) emit(sighting({ id: 'paaa1aaaa1ap', role: 'payload' }, offset))
    return empty
  })
  const { observations, sightings } = await watched(sinkOf(async () => flood))
  expect(sightings).toHaveLength(10_000)
  expect(observations[0]?.incomplete).toHaveLength(1)
})

test('the text of the control must be found by its fingerprint, apart from the control itself', async () => {
  const byFingerprint = { ...sighting(control), via: ['fingerprint'] }
  const sinks = [[sighting(control), byFingerprint], [sighting(control)], [byFingerprint]].map(seen =>
    sinkOf(async () =>
      opened(async emit => {
        for (const one of seen) emit(one)
        return empty
      }),
    ),
  )
  const found = []
  for (const sink of sinks) found.push((await watched(sink, 1, { hasOutputs: true })).observations[0]?.control)
  expect(found).toMatchObject([
    { recovered: true, fingerprinted: true },
    { recovered: true, fingerprinted: false },
    { recovered: false, fingerprinted: true },
  ])
})

test('a look before traffic records nothing, and says why it could not be', async () => {
  const broken = opened(async () => {
    throw new Error('connection lost')
  })
  const looked = opened(async emit => {
    emit(sighting(control))
    return empty
  })
  for (const [open, gap] of [
    [broken, expect.stringContaining('connection lost')],
    [looked, null],
  ] as const) {
    const { sightings, observations } = await watched(
      sinkOf(async () => open),
      0,
      { hasOutputs: true, before: async watch => expect(await watch.look()).toEqual(gap) },
    )
    expect([...sightings, ...observations]).toEqual([])
  }
})

test('what is still in memory is recorded by each scan, with the time at which memory was so, and its sample', async () => {
  const at = new Date('2026-11-23T00:00:00Z')
  const sink = sinkOf(async () =>
    opened(async emit => {
      emit({ ...sighting({ id: 'paaa1aaaa1ap', role: 'payload' }), at })
      return empty
    }),
  )
  const seen: number[] = []
  const sample = { phase: 'after', requests: 3 } as const
  const { sightings, observations } = await watched({ ...sink, id: 'memory:x', medium: 'memory' }, 2, {
    before: async watch => {
      await watch.scan('sample', [], { sample })
      seen.push(watch.seen)
    },
  })
  expect(sightings.map(({ scan }) => scan)).toEqual(['sample', 'scan-1', 'scan-2'])
  expect(new Set(sightings.map(one => one.at))).toEqual(new Set([at.toISOString()]))
  expect(observations.map(one => one.sample)).toEqual([sample, undefined, undefined])
  expect(seen).toEqual([1])
})

for (const { how, clears, sees, restarted, recovered, plants } of [
  { how: 'was lost with a restart', clears: 1, sees: true, restarted: true, recovered: true, plants: 2 },
  { how: 'was lost without a restart', clears: 1, sees: true, restarted: false, recovered: false, plants: 1 },
  { how: 'is lost again and again', clears: 9, sees: true, restarted: true, recovered: false, plants: 2 },
  { how: 'is there and is not seen', clears: 0, sees: false, restarted: true, recovered: false, plants: 2 },
]) {
  test(`a control that ${how} is ${recovered ? 'planted once more and recovered' : 'not recovered'}`, async () => {
    let planted = 0
    let left = clears
    const sink = sinkOf(async () =>
      opened(
        async emit => {
          if (left-- <= 0 && sees) emit(sighting(control))
          return empty
        },
        async () => {
          planted += 1
        },
      ),
    )
    const { observations } = await watched(sink, 1, { restarted })
    expect(observations.map(observation => observation.control.recovered)).toEqual([recovered])
    expect(planted).toBe(plants)
  })
}
