import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Hit, Scanner } from '../../harness/scan/scan.ts'

/** `evidence`: something was seen, but not whose canary. `said`: nothing was, and the coverage says that it is incomplete. */
export type Sight = 'found' | 'evidence' | 'said' | 'missed'

/** What Lethe made of a folder. */
export interface Look {
  readonly hits: readonly Hit[]
  readonly incomplete: readonly string[]
}

/** The regular files below a folder, in a fixed order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}

/** Scans every file of a folder, each as a stream of its own. */
export async function lookThrough(scanner: Scanner, folder: string): Promise<Look> {
  const hits: Hit[] = []
  const incomplete: string[] = []
  for (const path of filesBelow(folder)) {
    const stream = scanner.open(hit => hits.push(hit))
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) await stream.push(chunk as Buffer)
    incomplete.push(...(await stream.end()).incomplete)
  }
  return { hits, incomplete }
}

/** How well a look saw the canary with this id. */
export function sightOf({ hits, incomplete }: Look, id: string): Sight {
  if (hits.some(hit => hit.confirmed && tells(hit.canary, id))) return 'found'
  if (hits.length > 0) return 'evidence'
  return incomplete.length > 0 ? 'said' : 'missed'
}

/** Whether an id, whose unread characters are `?`, is of this canary and tells any of it. */
function tells(read: string, id: string): boolean {
  return /[^?]/.test(read) && Array.from(read).every((letter, index) => letter === '?' || letter === id[index])
}
