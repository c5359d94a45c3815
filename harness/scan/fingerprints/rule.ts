import { GRAM, WINDOW } from './gram.ts'
import type { Run } from './gram-index.ts'

/** Bytes of a run that is certain alone, and how many windows are. Bytes of the output, not of its encoding. */
const CERTAIN_RUN = 64
export const CERTAIN_WINDOWS = 3
/** A shorter run that stands alone is chance: of ordinary words, every few dozen texts share one. */
const EVIDENT_RUN = 32

/** How many windows that do not overlap lie in what is rare of a run. */
export function windowsIn(run: Pick<Run, 'rare' | 'scale'>): number {
  return Math.floor(rareBytes(run) / WINDOW)
}

/**
 * Whether a run is certain alone: long, and most of it rare. One that is boilerplate and goes on for a word that
 * happens to be the same is long too.
 */
export function isCertain(run: Pick<Run, 'rare' | 'scale' | 'from' | 'to'>): boolean {
  return (run.to - run.from) / run.scale >= CERTAIN_RUN && windowsIn(run) >= 2
}

/** Whether a run is evidence alone, such as the beginning of an answer. */
export function isEvident(run: Pick<Run, 'rare' | 'scale'>): boolean {
  return rareBytes(run) >= EVIDENT_RUN
}

function rareBytes({ rare, scale }: Pick<Run, 'rare' | 'scale'>): number {
  return rare === 0 ? 0 : (rare + GRAM - 1) / scale
}
