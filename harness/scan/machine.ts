import { Codec } from '../canary/codec.ts'
import type { RunKey } from '../canary/key.ts'
import type { Filter } from './filter.ts'
import type { MagicNeedle } from './needles.ts'
import { needlesOf } from './needles.ts'
import { PairFilter } from './pair-filter.ts'
import { reachOf } from './reading.ts'
import { triggers } from './triggers.ts'
import { WordFilter } from './word-filter.ts'

/** What all scans of one run share: made once, never changed. */
export interface Machine {
  readonly codec: Codec
  readonly needles: readonly MagicNeedle[]
  /** of `needles` */
  readonly magicFilter: Filter
  /** of `triggers` */
  readonly triggerFilter: Filter
  /** bytes before and after a place that must be in sight to read a canary there */
  readonly reach: number
}

export function machineOf(key: RunKey, encodings: number): Machine {
  const needles = needlesOf(key, encodings)
  return {
    codec: new Codec(key),
    needles,
    magicFilter: new WordFilter(needles.map(needle => needle.bytes)),
    triggerFilter: new PairFilter(triggers.map(trigger => trigger.bytes)),
    reach: Math.max(...needles.map(reachOf)),
  }
}
