import { expect, test } from '@playwright/test'
import type { Medium } from '../../harness/model/medium.ts'
import type { Channel } from './channels/channel.ts'
import { gapName } from './known-gaps.ts'
import type { AtRest, Pattern } from './patterns/pattern.ts'
import type { Answer } from './played-deployment.ts'
import { type Outcomes, problemsOf, strayGaps } from './problems.ts'
import { captureMarkdown } from './report.ts'
import type { Round } from './round.ts'

const sure = channel('sure')
const lucky: Channel = { ...channel('lucky'), isByChance: true }
const file = pattern('a file', 'disk')
const fifo = pattern('a pipe', 'none')
const none = new Map<string, string>()
const listed = new Map([[gapName('a file', 'ext4'), 'hard']])

function channel(name: string): Channel {
  return {
    name,
    how: `by ${name}`,
    looks: 'writes',
    grounds: ['ext4'],
    missing: () => null,
    whyMissed: () => 'late',
    sinks: () => [],
  }
}

function pattern(name: string, kind: AtRest): Pattern {
  return { name, how: 'write | close', kind, write: () => undefined }
}

function round(by: Channel, caught: Record<string, Medium>, more: object = {}, hold = 0): Round {
  const media = Object.entries(caught).map(([name, medium]) => [name, new Set([medium])] as const)
  const quiet = { said: new Set<string>(), refused: new Map(), bytes: 0, blind: [], incomplete: [], falseAlarms: [] }
  return { channel: by.name, ground: 'ext4', hold, result: { ...quiet, caught: new Map(media), ...more } }
}

function outcomes(rounds: readonly Round[], more: Partial<Outcomes> = {}): Outcomes {
  return { patterns: [file, fifo], channels: [sure, lucky], rounds, proofs: new Map<string, Answer>(), ...more }
}

test('what no channel catches at hold 0 is red, but for a known gap; what is nowhere at rest need not be caught', () => {
  const missed = outcomes([round(sure, {}), round(sure, { 'a file': 'disk' }, {}, 20)])
  expect(problemsOf(missed, none)).toEqual(['a file · ext4: not caught at hold 0, and no known gap'])
  expect(problemsOf(missed, listed)).toEqual([])
})

test('a known gap that is caught is red; what is caught by chance alone is a gap', () => {
  const surely = outcomes([round(sure, { 'a file': 'disk' })])
  expect(problemsOf(surely, none)).toEqual([])
  expect(problemsOf(surely, listed)).toEqual(['a file · ext4: caught by sure; take it off the known gaps'])
  const byChance = outcomes([round(sure, {}), round(lucky, { 'a file': 'disk' })])
  expect(problemsOf(byChance, none)).toEqual(['a file · ext4: not caught at hold 0, and no known gap'])
  expect(problemsOf(byChance, listed)).toEqual([])
})

test('what only the table as a whole can tell is not told of a part, nor of a ground where no able channel looked', () => {
  const missed = [round(sure, {})]
  expect(problemsOf(outcomes(missed), null)).toEqual([])
  expect(problemsOf(outcomes([round(lucky, {})]), none)).toEqual([])
  const held = pattern('a segment', 'memory')
  const reader: Channel = { ...channel('reader'), looks: 'memory' }
  expect(problemsOf(outcomes(missed, { patterns: [held] }), none)).toEqual([])
  const read = outcomes([round(reader, {})], { patterns: [held], channels: [reader] })
  expect(problemsOf(read, none)).toEqual(['a segment · ext4: not caught at hold 0, and no known gap'])
})

test('a known gap of no pattern is red', () => {
  expect(strayGaps(listed, [file])).toEqual([])
  expect(strayGaps(listed, [fifo])).toEqual(['a file · ext4: a known gap, but no pattern'])
})

test('a text that is nowhere at rest and is reported on disk is a false alarm; in memory it may be', () => {
  const caught = (medium: Medium) => outcomes([round(sure, { 'a file': 'disk', 'a pipe': medium })])
  expect(problemsOf(caught('disk'), none)).toEqual([
    'sure on ext4, hold 0 ms: false alarm: a pipe is in no file system',
  ])
  expect(problemsOf(caught('memory'), none)).toEqual([])
})

test('a lost control, an id that nobody wrote, a channel that failed, a pattern that wrote nothing: all red', () => {
  const bad = round(sure, { 'a file': 'disk' }, { blind: ['disk:x'], falseAlarms: ['disk:x: /y'] })
  const failed: Round = { channel: 'lucky', ground: 'ext4', hold: 0, result: { failed: 'no rights' } }
  const proofs = new Map<string, Answer>([['a file · ext4', { proven: false }]])
  expect(problemsOf(outcomes([bad, failed], { proofs }), none)).toEqual([
    'a file · ext4: nothing proves that its text was there',
    'sure on ext4, hold 0 ms: disk:x did not find its control',
    'sure on ext4, hold 0 ms: false alarm: disk:x: /y',
    'lucky on ext4, hold 0 ms: it failed: no rights',
  ])
})

test('a pattern that the kernel refuses is said, and not red', () => {
  const proofs = new Map<string, Answer>([['a file · ext4', { refused: 'io_uring_setup: EPERM' }]])
  const refused = outcomes([round(sure, {})], { proofs })
  expect(problemsOf(refused, none)).toEqual([])
  expect(render(refused)).toContain('not played: io\\_uring\\_setup: EPERM')
})

test('the document says who caught what, for which times, and why not', () => {
  const rounds = [
    round(sure, { 'a file': 'disk' }),
    round(sure, { 'a file': 'disk' }, {}, 20),
    round(lucky, {}),
    round(lucky, { 'a file': 'disk' }, {}, 20),
  ]
  const text = render(outcomes(rounds))
  expect(text).toContain('| a file | write \\| close | disk | **caught** | at 20 ms |')
  expect(text).toContain('| a pipe | write \\| close | none | — | — |')
  expect(text).toContain('| lucky | 0 | 1 |')
  expect(text).toContain('- **lucky**\n  - late: a file')
  const said = round(sure, {}, { said: new Set(['a file']) })
  expect(render(outcomes([said]))).toContain('| disk | incomplete |')
  const later = render(outcomes([said, round(sure, { 'a file': 'disk' }, {}, 20)]))
  expect(later).toContain('| disk | at 20 ms, else incomplete |')
  expect(later).toContain('- it says itself that it did not read them in full: a file')
})

function render(results: Outcomes): string {
  return captureMarkdown({
    ...results,
    families: [{ title: 'All', patterns: results.patterns }],
    gaps: none,
    notes: [],
  })
}
