import type { GroundKind } from './grounds/ground.ts'

/** Patterns that no channel catches for sure at hold 0, each with its reason. One that is caught turns the run red until its line is gone. */
export const knownGaps: ReadonlyMap<string, string> = new Map<string, string>([])

/** How a gap is called: a pattern on a ground. */
export function gapName(pattern: string, ground: GroundKind): string {
  return `${pattern} · ${ground}`
}
