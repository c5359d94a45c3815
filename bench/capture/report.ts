import { release } from 'node:os'
import { machine } from '../report.ts'
import type { Channel } from './channels/channel.ts'
import type { GroundKind } from './grounds/ground.ts'
import { gapName } from './known-gaps.ts'
import type { Family, Pattern } from './patterns/pattern.ts'
import type { Outcomes } from './problems.ts'
import { catches } from './problems.ts'
import type { Round } from './round.ts'

/** What is rendered: outcomes, and what is said beside them. */
export interface CaptureResults extends Outcomes {
  readonly families: readonly Family[]
  readonly gaps: ReadonlyMap<string, string>
  /** channels that could not look here, and why; and facts about the machine that decide a row */
  readonly notes: readonly string[]
}

const GROUNDS: Record<GroundKind, string> = {
  ext4: 'On a disk: an ext4 image in RAM',
  tmpfs: 'On a file system in RAM (tmpfs)',
}

const SAID = 'it says itself that it did not read them in full'
/** of all patterns: more are not listed one by one */
const MOST = 0.6

/** docs/capture.md. */
export function captureMarkdown(results: CaptureResults): string {
  const { channels, gaps, notes, patterns } = results
  return `# What is seen of a write

Written by \`npm run bench:capture\`, in one run: ${patterns.length} ways in which a program puts a text where it may stay, each played by a real process, and who
saw it. Each round opens one channel over a new file system, plants its control, starts a deployment that plays every pattern once with a
text of its own, and looks twice: while the deployment runs, and when it has ended. Beforehand each pattern was proven: its text was read back
where it is said to be.

**caught**: however long the text was there between writing and removing. Milliseconds say for which times it was, where not for all.
*incomplete*, and *else incomplete* of the other times: the channel says that it did not read this file in full, which keeps a pass away.
—: not seen. Kinds: *disk*, *name* (in a name, a link or an attribute), *tmpfs* (in /dev/shm, whatever the folder), *memory* (in no file system), *none* (nowhere at rest: nobody may report it).
Swap is left out: what the kernel swaps is no pattern of a program.

## Channels

${channels.map(channelLine).join('\n')}

${(['ext4', 'tmpfs'] as const).map(ground => groundSection(ground, results)).join('\n\n')}

## Known gaps

What no channel catches at hold 0, but by chance. One that is caught turns the run red until it is taken off this list; so does a miss that is not on it.

${[...gaps].map(([name, reason]) => `- **${cell(name)}**: ${reason}`).join('\n') || 'None.'}

## Machine

${machine()} ${release()}.

${notes.map(note => `- ${note}`).join('\n')}
`
}

function channelLine({ name, how, isByChance }: Channel): string {
  const chance = isByChance === true ? '. What it catches of a moment is chance, and closes no gap' : ''
  return `- **${name}**: ${how}${chance}.`
}

function groundSection(ground: GroundKind, results: CaptureResults): string {
  const rounds = results.rounds.filter(round => round.ground === ground)
  const channels = results.channels.filter(({ name }) => rounds.some(({ channel }) => channel === name))
  const head = ['Pattern', ...(ground === 'ext4' ? ['Calls'] : []), 'Kind', ...channels.map(({ name }) => name)]
  const families = results.families.map(({ title, patterns }) => {
    const lines = patterns.map(pattern => line(pattern, ground, channels, rounds, results))
    return [`### ${title}`, '', `| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...lines].join('\n')
  })
  return [
    `## ${GROUNDS[ground]}`,
    totals(channels, rounds, results.patterns),
    ...families,
    misses(channels, rounds, results.patterns),
  ].join('\n\n')
}

/** How many of the texts that are at rest each channel caught, by hold. */
function totals(channels: readonly Channel[], rounds: readonly Round[], patterns: readonly Pattern[]): string {
  const atRest = patterns.filter(({ kind }) => kind === 'disk' || kind === 'name')
  const holds = [...new Set(rounds.map(({ hold }) => hold))].sort((a, b) => a - b)
  const lines = channels.map(({ name }) => {
    const counts = holds.map(hold => {
      const round = rounds.find(one => one.channel === name && one.hold === hold)
      return round === undefined ? 'not tried' : atRest.filter(pattern => catches(round, pattern.name)).length
    })
    return `| ${name} | ${counts.join(' | ')} |`
  })
  return [
    `Of ${atRest.length} patterns of kind *disk* or *name*, caught with the text there for`,
    '',
    `| | ${holds.map(hold => `${hold} ms`).join(' | ')} |`,
    `|---|${'---|'.repeat(holds.length)}`,
    ...lines,
  ].join('\n')
}

function line(
  pattern: Pattern,
  ground: GroundKind,
  channels: readonly Channel[],
  rounds: readonly Round[],
  { proofs, gaps }: CaptureResults,
): string {
  // The calls are the same on every ground: said once.
  const calls = ground === 'ext4' ? ` ${cell(pattern.how)} |` : ''
  const begin = `| ${cell(pattern.name)} |${calls} ${pattern.kind} |`
  const proof = proofs.get(gapName(pattern.name, ground))
  if (proof !== undefined && 'refused' in proof)
    return `${begin} not played: ${cell(proof.refused)} |${' |'.repeat(channels.length - 1)}`
  const sights = channels.map(({ name }) =>
    sightOf(
      pattern,
      rounds.filter(({ channel }) => channel === name),
    ),
  )
  const gap = gaps.has(gapName(pattern.name, ground)) ? ' (known gap)' : ''
  return `${begin} ${sights.join(' | ')}${gap} |`
}

function sightOf({ name }: Pattern, rounds: readonly Round[]): string {
  const caught = rounds.filter(round => catches(round, name))
  if (caught.length === rounds.length) return '**caught**'
  const isSaid = rounds.every(round => caught.includes(round) || says(round, name))
  if (caught.length === 0) return isSaid ? 'incomplete' : '—'
  return `at ${caught.map(({ hold }) => hold).join(', ')} ms${isSaid ? ', else incomplete' : ''}`
}

function says({ result }: Round, pattern: string): boolean {
  return 'said' in result && result.said.has(pattern)
}

/** For each channel, the patterns that it missed at hold 0, by the reason. */
function misses(channels: readonly Channel[], rounds: readonly Round[], patterns: readonly Pattern[]): string {
  const lines = channels.map(channel => {
    const round = rounds.find(({ channel: name, hold }) => name === channel.name && hold === 0)
    const missed = patterns.filter(({ name, kind }) => round !== undefined && kind !== 'none' && !catches(round, name))
    const reasons = Map.groupBy(missed, pattern =>
      round !== undefined && says(round, pattern.name) ? SAID : channel.whyMissed(pattern),
    )
    const words = [...reasons].map(([why, some]) => `  - ${why}: ${listed(some, patterns)}`)
    return [`- **${channel.name}**${words.length === 0 ? ': nothing' : ''}`, ...words].join('\n')
  })
  return ['Missed at hold 0, and why:', '', ...lines].join('\n')
}

/** A channel that looks at one thing alone misses most: what it does not miss stands in the table. */
function listed(missed: readonly Pattern[], all: readonly Pattern[]): string {
  return missed.length > all.length * MOST ? 'all others' : missed.map(({ name }) => cell(name)).join('; ')
}

/** Text within a table: what would end the cell, or be markup, is escaped. */
function cell(text: string): string {
  return text.replaceAll(/[\\|<>*_`]/g, '\\$&').replaceAll(/\s+/g, ' ')
}
