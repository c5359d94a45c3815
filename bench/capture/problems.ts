import type { Channel } from './channels/channel.ts'
import type { GroundKind } from './grounds/ground.ts'
import { gapName } from './known-gaps.ts'
import type { Pattern } from './patterns/pattern.ts'
import type { Answer } from './played-deployment.ts'
import type { Round } from './round.ts'

/** What one run of the table found out. */
export interface Outcomes {
  readonly patterns: readonly Pattern[]
  readonly channels: readonly Channel[]
  readonly rounds: readonly Round[]
  /** what came of each pattern when it was proven: by `gapName` */
  readonly proofs: ReadonlyMap<string, Answer>
}

/**
 * What makes a run red, a sentence each: a text at rest that no channel catches though it was never held, and that is no known
 * gap; a known gap that is caught by now; a sink that reports at rest what is not, or whose control was lost, or that failed; a pattern
 * of which nothing proves that it writes its text.
 * @param gaps reasons, by `gapName`
 */
export function problemsOf(outcomes: Outcomes, gaps: ReadonlyMap<string, string>): string[] {
  return [
    ...unproven(outcomes),
    ...outcomes.rounds.flatMap(round => problemsOfRound(round, outcomes.patterns)),
    ...groundsOf(outcomes).flatMap(ground =>
      outcomes.patterns.flatMap(pattern => gapOf(pattern, ground, outcomes, gaps)),
    ),
  ]
}

/** Known gaps that are of no pattern (any more). */
export function strayGaps(gaps: ReadonlyMap<string, string>, patterns: readonly Pattern[]): string[] {
  const names = new Set(patterns.flatMap(({ name }) => [gapName(name, 'ext4'), gapName(name, 'tmpfs')]))
  return [...gaps.keys()].filter(name => !names.has(name)).map(name => `${name}: a known gap, but no pattern`)
}

function unproven({ proofs }: Outcomes): string[] {
  return [...proofs].flatMap(([name, answer]) =>
    'proven' in answer && answer.proven !== true ? [`${name}: nothing proves that its text was there`] : [],
  )
}

function problemsOfRound({ channel, ground, hold, result }: Round, patterns: readonly Pattern[]): string[] {
  const name = `${channel} on ${ground}, hold ${hold} ms`
  if ('failed' in result) return [`${name}: it failed: ${result.failed}`]
  const restless = patterns.filter(({ kind }) => kind === 'none' || kind === 'memory')
  const wrong = restless.filter(pattern => result.caught.get(pattern.name)?.has('disk') === true)
  return [
    ...result.blind.map(sink => `${name}: ${sink} did not find its control`),
    ...result.falseAlarms.map(place => `${name}: false alarm: ${place}`),
    ...wrong.map(pattern => `${name}: false alarm: ${pattern.name} is in no file system`),
  ]
}

/** Grounds on which a channel looked that leaves nothing to chance. */
function groundsOf({ channels, rounds }: Outcomes): GroundKind[] {
  const certain = new Set(channels.filter(({ isByChance }) => isByChance !== true).map(({ name }) => name))
  return [...new Set(rounds.filter(({ channel }) => certain.has(channel)).map(({ ground }) => ground))]
}

function gapOf(
  { name, kind }: Pattern,
  ground: GroundKind,
  { channels, rounds, proofs }: Outcomes,
  gaps: ReadonlyMap<string, string>,
): string[] {
  const gap = gapName(name, ground)
  const proof = proofs.get(gap)
  if (kind === 'none' || (proof !== undefined && 'refused' in proof)) return []
  const catching = rounds
    .filter(round => round.ground === ground && round.hold === 0 && catches(round, name))
    .flatMap(({ channel }) => channels.filter(one => one.name === channel))
  if (catching.length === 0 && !gaps.has(gap)) return [`${gap}: not caught at hold 0, and no known gap`]
  const surely = catching.find(({ isByChance }) => isByChance !== true)
  if (surely !== undefined && gaps.has(gap)) return [`${gap}: caught by ${surely.name}; take it off the known gaps`]
  return []
}

/** Whether a round caught the pattern's text. */
export function catches({ result }: Round, pattern: string): boolean {
  return 'caught' in result && result.caught.has(pattern)
}
