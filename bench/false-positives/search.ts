import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import { USUAL_DEPTH } from '../../harness/canary/closure.ts'
import { Codec } from '../../harness/canary/codec.ts'
import { RunKey } from '../../harness/canary/key.ts'
import { Mint } from '../../harness/canary/mint.ts'
import { installedVocabularies } from '../../harness/canary/tokens/load.ts'
import { defaultLimits } from '../../harness/scan/limits.ts'
import { type Machine, machineFor } from '../../harness/scan/machine.ts'
import { needlesOf } from '../../harness/scan/needles.ts'
import { openStream } from '../../harness/scan/scanner.ts'
import type { Part } from './corpus.ts'
import { piecesOf } from './corpus.ts'

/** What a worker is given. */
export interface Task {
  readonly keys: readonly string[]
  readonly corpus: readonly Part[]
}

/** What one scan of the corpus for the canaries of some keys gave. */
export interface Outcome {
  readonly keys: number
  readonly confirmed: number
  readonly unconfirmed: number
  readonly bytes: number
  readonly unpacked: number
  /** why a part was not scanned whole */
  readonly incomplete: readonly string[]
}

/** As a worker: does its task, and tells the outcome. */
if (!isMainThread) {
  const { keys, corpus } = workerData as Task
  parentPort?.postMessage(await search(keys, corpus))
}

async function search(keys: readonly string[], corpus: readonly Part[]): Promise<Outcome> {
  const runs = keys.map(hex => RunKey.fromHex(hex))
  const machine = await machineOfAll(runs)
  for (const run of runs) await proveSight(machine, run)
  const hits = { confirmed: 0, unconfirmed: 0 }
  const sum = { bytes: 0, unpacked: 0 }
  const incomplete: string[] = []
  for (const part of corpus) {
    const stream = openStream(machine, defaultLimits, ({ confirmed }) => {
      hits[confirmed ? 'confirmed' : 'unconfirmed'] += 1
    })
    for (const piece of piecesOf(part)) await stream.push(piece)
    const coverage = await stream.end()
    sum.bytes += coverage.bytes
    sum.unpacked += coverage.unpacked
    incomplete.push(...coverage.incomplete.map(reason => `${part.name}: ${reason}`))
  }
  return { keys: keys.length, ...hits, ...sum, incomplete }
}

/** What looks for the needles of all keys at once, and takes an id for right that is right for any: no less than each by itself. */
async function machineOfAll(keys: readonly RunKey[]): Promise<Machine> {
  const { present } = await installedVocabularies()
  const codecs = keys.map(key => new Codec(key))
  const isValid = (id: string): boolean => codecs.some(codec => codec.isValid(id))
  return machineFor(
    { isValid },
    keys.flatMap(key => needlesOf(key, USUAL_DEPTH, present)),
    null,
  )
}

/** @throws Error when a canary of this key, packed, is not found: then silence would mean nothing */
async function proveSight(machine: Machine, key: RunKey): Promise<void> {
  const about = { role: 'payload', data: null, exchange: null, field: null, position: 'whole' } as const
  const { id, text } = new Mint(key).mint(about)
  const found: string[] = []
  const stream = openStream(machine, defaultLimits, ({ canary }) => found.push(canary))
  await stream.push(gzipSync(text))
  await stream.end()
  if (found.join() !== id) throw new Error(`the canary of a key was not found: ${found.join(', ') || 'nothing'}`)
}
