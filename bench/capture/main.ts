import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { temporaryFolder } from '../temporary-folder.ts'
import type { Channel } from './channels/channel.ts'
import { channels } from './channels/registry.ts'
import { createGround } from './grounds/create.ts'
import type { GroundKind } from './grounds/ground.ts'
import { enterOwnMounts } from './grounds/own-mounts.ts'
import { gapName, knownGaps } from './known-gaps.ts'
import type { Pattern } from './patterns/pattern.ts'
import type { Answer } from './played-deployment.ts'
import { problemsOf, strayGaps } from './problems.ts'
import { proofsOn } from './proofs.ts'
import { families } from './registry.ts'
import { captureMarkdown } from './report.ts'
import { type Round, tryRound } from './round.ts'

/**
 * `npm run bench:capture`: plays every pattern before every channel, and writes docs/capture.md. Exit code 1 on what `problemsOf`
 * calls red. `npm run bench:capture -- WORD` plays the patterns that have the word in their name, `--channel`, `--ground` and `--hold`
 * leave out all others; with any of these nothing is written.
 */
const HOLDS: Record<GroundKind, readonly number[]> = { ext4: [0, 1, 20], tmpfs: [0, 20] }
const { values: chosen, positionals } = parseArgs({
  allowPositionals: true,
  options: { channel: { type: 'string' }, ground: { type: 'string' }, hold: { type: 'string' } },
})
const [only = ''] = positionals
// A gap is what no channel catches at hold 0.
const isJudged = chosen.channel === undefined && isChosen('hold', '0')
const isWhole = only === '' && Object.keys(chosen).length === 0
const all = families.flatMap(family => family.patterns)
const patterns = all.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()))
enterOwnMounts()
const folder = temporaryFolder('capture')
const missing = channels.flatMap(({ name, missing }) =>
  missing() === null ? [] : [`${name}: not tried: ${missing()}`],
)
const present = channels.filter(({ name, missing }) => missing() === null && isChosen('channel', name))
const proofs = new Map<string, Answer>()
const rounds: Round[] = []
for (const kind of ['ext4', 'tmpfs'] as const) if (isChosen('ground', kind)) await tryGround(kind)
const outcomes = { patterns, channels: present, rounds, proofs }
const problems = [...problemsOf(outcomes, isJudged ? knownGaps : null), ...strayGaps(knownGaps, all)]
if (isWhole) {
  const notes = [...missing, ...machineNotes()]
  writeFileSync('docs/capture.md', captureMarkdown({ ...outcomes, families, gaps: knownGaps, notes }))
  process.stdout.write('wrote docs/capture.md\n')
}
for (const problem of problems) process.stdout.write(`RED ${problem}\n`)
process.exitCode = problems.length === 0 ? 0 : 1

function isChosen(what: keyof typeof chosen, name: string): boolean {
  return chosen[what] === undefined || chosen[what] === name
}

async function tryGround(kind: GroundKind): Promise<void> {
  {
    using ground = createGround(kind, folder)
    for (const [name, answer] of await proofsOn(ground, patterns)) proofs.set(gapName(name, kind), answer)
  }
  for (const channel of present.filter(({ grounds }) => grounds.includes(kind))) {
    for (const hold of channel.holds ?? HOLDS[kind]) {
      if (isChosen('hold', String(hold))) rounds.push(await tryOne(channel, kind, hold, patterns))
    }
  }
}

async function tryOne(channel: Channel, kind: GroundKind, hold: number, played: readonly Pattern[]): Promise<Round> {
  using ground = createGround(kind, folder)
  const started = performance.now()
  const round = await tryRound(channel, ground, hold, played)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const word = 'failed' in round.result ? 'failed' : `${round.result.caught.size} of ${played.length}`
  process.stdout.write(
    `${word.padEnd(9)} ${kind.padEnd(5)} hold ${String(hold).padStart(2)} ms: ${channel.name} (${seconds} s)\n`,
  )
  return round
}

/** Settings of the kernel that decide what some patterns do. */
function machineNotes(): string[] {
  const corePattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim()
  return [`kernel.core_pattern: \`${corePattern}\``]
}
