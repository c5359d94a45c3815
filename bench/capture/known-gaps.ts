import type { GroundKind } from './grounds/ground.ts'

const NO_LIVE_CHANNEL = 'seen only by a channel that is told of each write, which this table does not have yet'

/** Patterns that no channel catches at hold 0, each with its reason. One that is caught turns the run red until its line is gone. */
export const knownGaps: ReadonlyMap<string, string> = new Map([
  [gapName('mmap of an unlinked file', 'ext4'), `its pages never reach the disk: ${NO_LIVE_CHANNEL}`],
  [gapName('/dev/shm file', 'ext4'), NO_LIVE_CHANNEL],
  [gapName('shm_open, unlinked', 'ext4'), NO_LIVE_CHANNEL],
])

/** How a gap is called: a pattern on a ground. */
export function gapName(pattern: string, ground: GroundKind): string {
  return `${pattern} · ${ground}`
}
