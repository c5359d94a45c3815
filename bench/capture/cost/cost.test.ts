import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@playwright/test'
import { createSink, type SinkEnvironment } from '../../../harness/sinks/registry.ts'
import type { Sink } from '../../../harness/sinks/sink.ts'
import type { Channel } from '../channels/channel.ts'
import { treeChannel } from '../channels/tree.ts'
import type { Ground } from '../grounds/ground.ts'
import { measureCycles } from './cycles.ts'
import { Gateway } from './gateway.ts'
import { measureLatency } from './latency.ts'
import { measureMemory } from './memory.ts'
import { quantile } from './quantile.ts'
import { type Costs, costMarkdown } from './report.ts'

const STOPPED_MS = 300
let ground: Ground

test.beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-cost-test-'))
  const dispose = (): void => rmSync(folder, { recursive: true, force: true })
  ground = { kind: 'tmpfs', folder, image: null, [Symbol.dispose]: dispose }
})

test.afterEach(() => ground[Symbol.dispose]())

/** The tree's sink over the ground alone, and what `prepare` does besides. */
function treeOver(prepare: (environment: SinkEnvironment, folder: string, sink: Sink) => Sink): Channel {
  const sinks: Channel['sinks'] = ({ folder }, environment) => [
    prepare(environment, folder, createSink({ kind: 'disk', name: 'folder', path: folder }, environment)),
  ]
  return { ...treeChannel, sinks }
}

test('files that live for an instant: each that a channel saw counts once', async () => {
  // What the writer is told is kept in a file: a channel over that sees every text for sure.
  const keeping = treeOver(({ launch }, folder, sink) => {
    launch?.wrapIn(['sh', '-c', 'kept=$1; shift; tee "$kept" | "$@"', 'sh', join(folder, 'kept')])
    return sink
  })
  const { files, caught, incomplete, milliseconds } = await measureCycles(keeping, ground, 300)
  expect({ files, caught, incomplete }).toEqual({ files: 300, caught: 300, incomplete: [] })
  expect(Math.min(milliseconds.off, milliseconds.on)).toBeGreaterThan(0)
  expect(readdirSync(ground.folder)).toEqual(['kept'])
})

test('memory: a process that is stopped while it is looked at tells for how long', async () => {
  const stopping = treeOver(({ processes }, _, sink) => ({
    ...sink,
    async open(context) {
      const open = await sink.open(context)
      return {
        plant: control => open.plant(control),
        pulse: () => open.pulse(),
        async scan(emit) {
          const pids = processes?.members().map(({ pid }) => pid) ?? []
          for (const pid of pids) process.kill(pid, 'SIGSTOP')
          await sleep(STOPPED_MS)
          for (const pid of pids) process.kill(pid, 'SIGCONT')
          return { ...(await open.scan(emit)), bytes: 5 }
        },
        [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
      }
    },
  }))
  const { bytes, mebibytes, stoppedMs, incomplete } = await measureMemory(stopping, ground, 4)
  expect({ bytes, mebibytes, incomplete }).toEqual({ bytes: 5, mebibytes: 4, incomplete: [] })
  expect(stoppedMs.on).toBeGreaterThanOrEqual(STOPPED_MS - 1)
})

test('latency: as many requests without the channel as with it, of gateways that leave nothing', async () => {
  await using gateway = await Gateway.prepare()
  const watched: string[] = []
  const watching = treeOver((_, folder, sink) => {
    watched.push(folder)
    return sink
  })
  const { off, on } = await measureLatency(gateway, watching, { blocks: 2, requests: 3 })
  expect([off.length, on.length, new Set(watched).size]).toEqual([6, 6, 2])
})

test('a quantile is one of the values, by the nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index)
  expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1), quantile([7], 0.5)]).toEqual([
    100, 198, 200, 7,
  ])
  expect(quantile([], 0.5)).toBeNaN()
})

test('the document says what each channel added, caught and stopped', () => {
  const costs: Costs = {
    latencies: [{ channel: 'a', off: [1, 2, 3], on: [2, 3, 3.5] }],
    cycles: [{ channel: 'a', files: 1000, caught: 999, incomplete: [], milliseconds: { off: 20, on: 50 } }],
    memory: [],
    conformance: { seconds: 41.26, exitCode: 0 },
    notes: ['b: it needs root'],
  }
  const text = costMarkdown(costs)
  expect(text).toContain('| a | 3 | 2.00 | 3.00 | +1.00 | 3.00 | 3.50 | +0.50 |')
  expect(text).toContain('| a | 999 of 1000 | 20.0 | 50.0 | no |')
  expect(text).toContain('No channel reads memory here.')
  expect(text).toContain('41.3 s, exit code 0')
  expect(text).toContain('- b: it needs root')
  const memory = [
    { channel: 'm', mebibytes: 1024, bytes: 2e9, seconds: 1, stoppedMs: { off: 3, on: 700 }, incomplete: ['x'] },
  ]
  expect(costMarkdown({ ...costs, memory, notes: [] })).toContain(
    '| m | 1024 | 1907 | 1.00 | 2.00 | 700 ms (3 ms) | x |',
  )
})
