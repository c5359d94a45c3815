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
 * @param gaps reasons, by `gapName`; null where not every channel looked on at hold 0, so that nothing can be said of them
 */
export function problemsOf(outcomes: Outcomes, gaps: ReadonlyMap<string, string> | null): string[] {
  return [
    ...unproven(outcomes),
    ...outcomes.rounds.flatMap(round => problemsOfRound(round, outcomes.patterns)),
    ...(gaps === null ? [] : gapProblems(outcomes, gaps)),
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

function gapProblems(outcomes: Outcomes, gaps: ReadonlyMap<string, string>): string[] {
  return (['ext4', 'tmpfs'] as const).flatMap(ground =>
    outcomes.patterns
      .filter(pattern => isJudged(pattern, ground, outcomes))
      .flatMap(pattern => gapOf(pattern, ground, outcomes, gaps)),
  )
}

/** Whether a channel that sees such texts, and leaves nothing to chance, looked on there: else nobody is to have caught it. */
function isJudged({ kind }: Pattern, ground: GroundKind, { channels, rounds }: Outcomes): boolean {
  const able = channels.filter(
    ({ looks, isByChance }) => isByChance !== true && (looks === 'memory') === (kind === 'memory'),
  )
  return able.some(({ name }) => rounds.some(round => round.channel === name && round.ground === ground))
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
  const sure = channels.filter(({ isByChance }) => isByChance !== true)
  const catching = sure.find(channel => rounds.some(round => isAt(round, channel, ground) && catches(round, name)))
  if (catching === undefined && !gaps.has(gap)) return [`${gap}: not caught at hold 0, and no known gap`]
  if (catching !== undefined && gaps.has(gap)) return [`${gap}: caught by ${catching.name}; take it off the known gaps`]
  return []
}

function isAt({ channel, ground, hold }: Round, { name }: Channel, on: GroundKind): boolean {
  return channel === name && ground === on && hold === 0
}

/** Whether a round caught the pattern's text. */
export function catches({ result }: Round, pattern: string): boolean {
  return 'caught' in result && result.caught.has(pattern)
}
