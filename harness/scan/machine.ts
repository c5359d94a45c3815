import { Codec } from '../canary/codec.ts'
import type { RunKey } from '../canary/key.ts'
import type { Vocabularies } from '../canary/tokens/load.ts'
import type { Filter } from './filter.ts'
import type { Fingerprints } from './fingerprints/fingerprints.ts'
import { Kernel } from './kernel/kernel.ts'
import { NeedleFilter } from './kernel/needle-filter.ts'
import { PiecesKernel } from './kernel/pieces-kernel.ts'
import { WindowPool } from './kernel/window-pool.ts'
import type { MagicNeedle } from './needles.ts'
import { needlesOf } from './needles.ts'
import { reachOf } from './reading.ts'
import { triggers } from './triggers.ts'
import { windowSize } from './window.ts'

/** What is looked for besides the canaries of a run. */
export interface Sought {
  /** whose token ids are looked for: `installedVocabularies()`, unless plain text is enough */
  readonly vocabularies: Vocabularies
  /** of outputs that nobody chose, looked for once they are known; null where they carry canaries */
  readonly fingerprints: Fingerprints | null
}

/** Tells ids of canaries from other text. */
export type IdCheck = Pick<Codec, 'isValid'>

/** What all scans of one run share: made once, never changed. */
export interface Machine {
  readonly codec: IdCheck
  readonly needles: readonly MagicNeedle[]
  /** of `triggers`, then of `needles`: where both begin at one place, the container comes first */
  readonly filter: Filter
  /** of the needles: tells which pieces of a text may hold parts of them */
  readonly pieces: PiecesKernel
  /** bytes before and after a place that must be in sight to read a canary there */
  readonly reach: number
  /** room for windows that the filters search fastest */
  readonly windows: WindowPool
  /** of outputs that nobody chose; null where they carry canaries */
  readonly fingerprints: Fingerprints | null
}

export function machineOf(key: RunKey, encodings: number, { vocabularies, fingerprints }: Sought): Machine {
  return machineFor(new Codec(key), needlesOf(key, encodings, vocabularies.present), fingerprints)
}

export function machineFor(
  codec: IdCheck,
  needles: readonly MagicNeedle[],
  fingerprints: Fingerprints | null,
): Machine {
  const reach = needles.reduce((most, needle) => Math.max(most, reachOf(needle)), 0)
  const kernel = new Kernel()
  const bytesOf = ({ bytes }: { readonly bytes: Uint8Array }): Uint8Array => bytes
  return {
    codec,
    needles,
    filter: new NeedleFilter(kernel, [...triggers.map(bytesOf), ...needles.map(bytesOf)]),
    pieces: new PiecesKernel(needles.map(bytesOf)),
    reach,
    windows: new WindowPool(kernel, windowSize(reach)),
    fingerprints,
  }
}
