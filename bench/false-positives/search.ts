import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { RunKey } from '../../harness/canary/key.ts'
import { installedVocabularies } from '../../harness/canary/tokens/load.ts'
import { createScanner } from '../../harness/scan/scanner.ts'
import type { Part } from './corpus.ts'
import { piecesOf } from './corpus.ts'

/** What one key's scan of the corpus gave. */
export interface Outcome {
  readonly confirmed: number
  readonly unconfirmed: number
  readonly bytes: number
  readonly unpacked: number
  /** why a part was not scanned whole */
  readonly incomplete: readonly string[]
}

/** As a worker: scans the corpus that it was given with each key that comes, and answers with an `Outcome`. */
if (!isMainThread) {
  parentPort?.on('message', async (hex: string) => {
    parentPort?.postMessage(await search(RunKey.fromHex(hex), workerData))
  })
}

async function search(key: RunKey, corpus: readonly Part[]): Promise<Outcome> {
  const scanner = createScanner(key, {}, { vocabularies: await installedVocabularies() })
  const hits = { confirmed: 0, unconfirmed: 0 }
  const sum = { bytes: 0, unpacked: 0 }
  const incomplete: string[] = []
  for (const part of corpus) {
    const stream = scanner.open(({ confirmed }) => {
      hits[confirmed ? 'confirmed' : 'unconfirmed'] += 1
    })
    for (const piece of piecesOf(part)) await stream.push(piece)
    const coverage = await stream.end()
    sum.bytes += coverage.bytes
    sum.unpacked += coverage.unpacked
    incomplete.push(...coverage.incomplete.map(reason => `${part.path}: ${reason}`))
  }
  return { ...hits, ...sum, incomplete }
}
