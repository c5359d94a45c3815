import { Buffer } from 'node:buffer'
import type { Hit, Scanner } from '../scan/scan.ts'

/** A name that was scanned: how it may be shown, and what is in it. */
export interface ScannedName {
  readonly shown: string
  readonly hits: readonly Hit[]
}

/**
 * Scans a name (of a file, a table, a path of a URL). Names are written to the run, canaries never are: in `shown`
 * each canary is replaced by `{canary <id>}`.
 */
export async function scanName(scanner: Scanner, name: Uint8Array | string): Promise<ScannedName> {
  const bytes = Buffer.from(name)
  const hits: Hit[] = []
  const stream = scanner.open(hit => hits.push(hit))
  await stream.push(bytes)
  await stream.end()
  return { shown: hits.length === 0 ? bytes.toString() : withoutCanaries(bytes, hits), hits }
}

function withoutCanaries(bytes: Buffer, hits: readonly Hit[]): string {
  let shown = ''
  let from = 0
  for (const { offset, length, canary } of hits.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < from) continue
    shown += `${bytes.toString('utf8', from, offset)}{canary ${canary}}`
    from = offset + length
  }
  return shown + bytes.toString('utf8', from)
}
