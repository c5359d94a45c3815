import type { Finding, Results } from '../harness/model/finding.ts'
import { bytes, count, counted, span } from './amounts.ts'
import { type ClauseSummary, summarise } from './clause-summary.ts'
import { decayText } from './decay-text.ts'
import { fieldText, sightingText } from './evidence-text.ts'
import { openQuestions } from './open-questions.ts'
import { printable } from './printable.ts'
import { coverageBySink, type SinkCoverage } from './sink-coverage.ts'
import { clauseTable, type Screen } from './terminal/clause-table.ts'
import { paragraph } from './terminal/flow.ts'
import { paint } from './terminal/paint.ts'
import { headline, verdictWords } from './verdict-words.ts'

const NARROWEST = 60
/** A terminal is no archive: what is left out is counted, and stands in the other reports. */
const MOST_VIOLATIONS = 40
const MOST_QUESTIONS = 20
const MOST_LINES = 12

/** The results for a terminal: a line a clause, then what was violated, what stays open, and what was looked at. */
export function renderTerminal(results: Results, options: { readonly color: boolean; readonly width: number }): string {
  const screen = { width: Math.max(NARROWEST, options.width), paint: paint(options.color) }
  const clauses = summarise(results.findings)
  const sections = [
    header(results, screen),
    clauseTable(clauses, screen),
    violations(clauses, screen),
    questions(results.findings, screen),
    coverage(results, screen),
    remarks(results, screen),
    [closing(results, clauses, screen)],
  ]
  return `${sections
    .filter(section => section.length > 0)
    .map(section => section.join('\n'))
    .join('\n\n')}\n`
}

function header(results: Results, { width, paint }: Screen): string[] {
  const { counts } = results
  const who = `Lethe ${results.lethe} · ${results.deployment} · profile ${results.profile.id} · run ${results.run}`
  const what = `${counted(counts.exchanges, 'exchange')} (${count(counts.answered)} answered) · ${counted(counts.canaries, 'canary', 'canaries')} · ${counted(counts.sightings, 'sighting')} · ${span(results.startedAt, results.endedAt)}`
  return [...paragraph('', printable(who), width, paint.strong), ...paragraph('', what, width, paint.faint)]
}

function violations(clauses: readonly ClauseSummary[], screen: Screen): string[] {
  const failed = clauses.flatMap(clause => clause.findings).filter(finding => finding.verdict === 'fail')
  if (failed.length === 0) return []
  const lines = failed.slice(0, MOST_VIOLATIONS).flatMap(finding => violation(finding, screen))
  return [screen.paint.strong('Violated'), ...lines, ...more(failed.length - MOST_VIOLATIONS, 'violation')]
}

function violation(finding: Finding, { width, paint }: Screen): string[] {
  const lead = `  ${verdictWords.fail.sign} ${printable(finding.clause)}`
  const detail = ` · ${finding.severity} · ${printable(finding.sink)} · ${printable(finding.title)}`
  const denied = (finding.fields ?? []).filter(field => field.verdict === 'denied')
  const evidence = [...finding.sightings.slice(0, 1).map(sightingText), ...denied.slice(0, 1).map(fieldText)]
  const left = finding.sightingCount + denied.length - evidence.length
  return [
    paint.verdict('fail', lead) + detail,
    ...paragraph('    ', printable(finding.reason), width),
    ...evidence.flatMap(line => paragraph('      ', printable(line), width)),
    ...(left > 0 ? [paint.faint(`      and ${count(left)} more`)] : []),
  ]
}

function questions(findings: readonly Finding[], { width, paint }: Screen): string[] {
  const open = openQuestions(findings)
  if (open.length === 0) return []
  const lines = open
    .slice(0, MOST_QUESTIONS)
    .flatMap(({ mend, reasons }) => [
      ...reasons
        .slice(0, MOST_LINES)
        .flatMap(({ reason, clauses, seen, seenCount }) => [
          ...paragraph(`  ${verdictWords.inconclusive.sign} `, printable(reason), width),
          ...paragraph('    ', printable(clauses.join(', '), 4 * width), width, paint.faint),
          ...(seen === null ? [] : paragraph('      ', printable(sightingText(seen)), width)),
          ...(seenCount > 1 ? [paint.faint(`      and ${count(seenCount - 1)} more`)] : []),
        ]),
      ...more(reasons.length - MOST_LINES, 'reason'),
      ...paragraph('    → ', printable(mend), width),
    ])
  return [paint.strong('Inconclusive'), ...lines, ...more(open.length - MOST_QUESTIONS, 'open question')]
}

function coverage(results: Results, { width, paint }: Screen): string[] {
  const sinks = coverageBySink(results.coverage)
  if (sinks.length === 0) return [paint.strong('Looked at'), '  nothing: no sink was scanned']
  const lines = sinks
    .slice(0, MOST_LINES * 4)
    .flatMap(sink => paragraph('  ', printable(sinkText(sink), 4 * width), width))
  const limits = [...Map.groupBy(sinks, sink => sink.blindTo)].flatMap(([blindTo, blind]) =>
    blindTo === null ? [] : [`Out of sight of ${blind.map(({ sink }) => sink).join(', ')}: ${blindTo}.`],
  )
  return [
    paint.strong('Looked at'),
    ...lines,
    ...more(sinks.length - MOST_LINES * 4, 'sink'),
    ...(results.decay ?? [])
      .slice(0, MOST_LINES)
      .flatMap(curve => paragraph('  ', printable(`Decay of ${decayText(curve)}.`, 4 * width), width)),
    ...limits.flatMap(limit => paragraph('  ', printable(limit, 4 * width), width, paint.faint)),
  ]
}

function sinkText(sink: SinkCoverage): string {
  const first = sink.incomplete[0]
  const gaps =
    first === undefined ? '' : ` · ${counted(sink.incomplete.length, 'gap')}, first ${first.path}: ${first.reason}`
  return `${sink.sink} · ${sink.tier} · ${counted(sink.scans.length, 'scan')} · ${bytes(sink.bytes)} in ${counted(sink.items, 'item')} · control ${sink.control}${gaps}`
}

function remarks(results: Results, { width, paint }: Screen): string[] {
  const notDriven = results.traffic.notDriven.map(({ what, reason }) => `Not driven: ${what}: ${reason}`)
  const notes = [...notDriven, ...results.notes]
  const lines = notes.slice(0, MOST_LINES).flatMap(note => paragraph('  ', printable(note), width))
  return notes.length === 0 ? [] : [paint.strong('Notes'), ...lines, ...more(notes.length - MOST_LINES, 'note')]
}

function closing(results: Results, clauses: readonly ClauseSummary[], { width, paint }: Screen): string {
  const { verdict, title, sentence } = headline(results, clauses)
  const invalid = results.invalid
    .slice(0, MOST_LINES)
    .flatMap(reason =>
      paragraph(`${verdictWords.fail.sign} `, printable(reason), width, text => paint.verdict('fail', text)),
    )
  return [
    ...invalid,
    `${paint.strong(paint.verdict(verdict, title))} · ${sentence} Exit code ${results.exitCode}.`,
  ].join('\n')
}

function more(left: number, what: string): string[] {
  return left > 0 ? [`  and ${counted(left, `more ${what}`, `more ${what}s`)}; see report.html or results.json`] : []
}
