import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { createSink } from '../../harness/sinks/registry.ts'
import type { Sink } from '../../harness/sinks/sink.ts'
import type { Channel } from './channels/channel.ts'
import { treeChannel } from './channels/tree.ts'
import type { Ground } from './grounds/ground.ts'
import { problemsOf } from './problems.ts'
import { families } from './registry.ts'
import { tryRound } from './round.ts'

const patterns = families
  .flatMap(family => family.patterns)
  .filter(({ name }) => ['stays', 'unlinked while open', 'a folder’s name', 'FIFO'].includes(name))
let ground: Ground

test.beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'lethe-round-test-'))
  const dispose = (): void => rmSync(folder, { recursive: true, force: true })
  ground = { kind: 'tmpfs', folder, image: null, [Symbol.dispose]: dispose }
})

test.afterEach(() => ground[Symbol.dispose]())

/** The tree's sink over the ground alone, or what `change` makes of it. */
function tree(change: (sink: Sink) => Sink = sink => sink): Channel {
  const sinks: Channel['sinks'] = ({ folder }, environment) => [
    change(createSink({ kind: 'disk', name: 'folder', path: folder }, environment)),
  ]
  return { ...treeChannel, sinks }
}

test('a channel catches what is there long enough, and not what has no name or is not at rest', async () => {
  const round = await tryRound(tree(), ground, 1000, patterns)
  const { result } = round
  if ('failed' in result) throw new Error(result.failed)
  expect([...result.caught.keys()].sort()).toEqual(['a folder’s name', 'stays'])
  expect([...result.blind, ...result.incomplete, ...result.falseAlarms, ...result.refused.values()]).toEqual([])
  const problems = problemsOf({ patterns, channels: [treeChannel], rounds: [round], proofs: new Map() }, new Map())
  expect(problems).toEqual([])
})

test('a channel that loses its control, or that sees what nobody wrote, is red', async () => {
  const lying = (sink: Sink): Sink => ({
    ...sink,
    async open(context) {
      const open = await sink.open(context)
      return {
        plant: () => Promise.resolve(),
        pulse: () => open.pulse(),
        scan: emit => open.scan(sighting => emit({ ...sighting, canary: 'zzzzzzzzzzzz' })),
        [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
      }
    },
  })
  const { result } = await tryRound(tree(lying), ground, 0, patterns)
  if ('failed' in result) throw new Error(result.failed)
  expect(result.blind).toEqual(['disk:folder'])
  expect(result.falseAlarms).not.toEqual([])
  expect([...result.caught]).toEqual([])
})

test('a channel that cannot be opened, or a deployment that does not start, is a round that failed', async () => {
  const broken = tree(sink => ({ ...sink, open: () => Promise.reject(new Error('no rights')) }))
  expect((await tryRound(broken, ground, 0, patterns)).result).toEqual({ failed: 'no rights' })
  const unknown = { name: 'no such pattern', how: '', kind: 'disk', write: () => undefined } as const
  const { result } = await tryRound(tree(), ground, 0, [unknown])
  expect(result).toEqual({ failed: 'the deployment ended before it answered' })
})

test('on an ext4 image in RAM, blocks of a file without a name are found; nothing stays mounted', () => {
  const unshared = ['--mount', '--propagation', 'private']
  const isAllowed =
    spawnSync('unshare', [...unshared, 'sh', '-c', 'mount -t tmpfs none /mnt && mkfs.ext4 -V']).status === 0
  test.setTimeout(180_000)
  test.skip(!isAllowed, 'mounting in a mount namespace needs root, and mkfs.ext4 of e2fsprogs')
  const chosen = ['--channel', 'raw device', '--ground', 'ext4', '--hold', '0', 'unlinked while']
  const args = [...unshared, process.execPath, 'bench/capture/main.ts', ...chosen]
  const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toMatch(/^1 of 1 +ext4 +hold +0 ms: raw device/)
  expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain('lethe-capture')
})

test('without a mount namespace of its own it mounts nothing, and says how to run it', () => {
  const { status, stderr } = spawnSync(process.execPath, ['bench/capture/main.ts'], { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toContain('no mount namespace of its own')
})
