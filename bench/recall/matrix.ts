import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { RunKey } from '../../harness/canary/key.ts'
import { Mint } from '../../harness/canary/mint.ts'
import { installedVocabularies } from '../../harness/canary/tokens/load.ts'
import type { Canary } from '../../harness/model/canary.ts'
import { reasonOf } from '../../harness/model/error.ts'
import { createScanner } from '../../harness/scan/scanner.ts'
import type { Sight } from './finders.ts'
import { lookThrough, sightOf } from './finders.ts'
import { Planting } from './planting.ts'
import type { Rival } from './rivals.ts'
import type { Row } from './row.ts'
import { missingFor } from './row.ts'
import type { Shared } from './shared.ts'

/** What became of one row. */
export interface Outcome {
  readonly row: Row
  readonly result: Made | { readonly notMade: string } | { readonly failed: string }
}

interface Made {
  readonly sight: Sight
  readonly incomplete: readonly string[]
  /** whether each rival, by its name, found it */
  readonly rivals: ReadonlyMap<string, boolean>
  /** whether the format's own tool, or any search, proved that the canary is there */
  readonly proven: boolean
  /** chains of what was found in the twin, where nothing is */
  readonly falseAlarms: readonly string[]
}

/** The run whose canaries are planted, and another one's, whose canaries stand in the twins. */
const keys = { run: RunKey.fromHex('5e'.repeat(32)), other: RunKey.fromHex('e5'.repeat(32)) }
const scanner = createScanner(keys.run, {}, { vocabularies: await installedVocabularies() })
export const planted = canaryOf(keys.run)
const stranger = canaryOf(keys.other)

function canaryOf(key: RunKey): Canary {
  return new Mint(key).mint({ role: 'payload', data: 'input', exchange: null, field: null, position: 'whole' })
}

/**
 * Plants a canary as the row says, looks for it, and looks at the row's twin: the same files with a canary of another run.
 * @param base a folder, which is left as it was
 */
export async function tryRow(row: Row, base: string, shared: Shared, rivals: readonly Rival[] = []): Promise<Outcome> {
  const missing = missingFor(row)
  if (missing !== null) return { row, result: { notMade: missing } }
  const folder = mkdtempSync(join(base, 'row-'))
  // Servers that refuse to run as root run as somebody else, and must get to their folders.
  chmodSync(folder, 0o755)
  try {
    return { row, result: await makeAndLook(row, folder, shared, rivals) }
  } catch (error) {
    return { row, result: { failed: reasonOf(error) } }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function makeAndLook(row: Row, folder: string, shared: Shared, rivals: readonly Rival[]): Promise<Made> {
  const planting = await make(row, planted, join(folder, 'planted'), shared)
  const look = await lookThrough(scanner, planting.folder)
  const sight = sightOf(look, planted.id)
  const found = new Map(rivals.map(({ name, finds }) => [name, finds(planting.folder)]))
  const twin = await make(row, stranger, join(folder, 'twin'), shared)
  const { hits } = await lookThrough(scanner, twin.folder)
  return {
    sight,
    incomplete: look.incomplete,
    rivals: found,
    proven:
      sight === 'found' || sight === 'evidence' || (await proves(row, planting)) || [...found.values()].includes(true),
    falseAlarms: hits.map(({ via }) => via.join(' › ') || 'plain'),
  }
}

async function make(row: Row, { text }: Canary, base: string, shared: Shared): Promise<Planting> {
  mkdirSync(base)
  const planting = new Planting(text, base, shared)
  await row.make(planting)
  return planting
}

async function proves(row: Row, planting: Planting): Promise<boolean> {
  return row.undo !== undefined && Buffer.from(await row.undo(planting)).includes(planting.canary)
}
