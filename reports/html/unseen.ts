import { Medium } from '../../harness/model/medium.ts'
import type { Gap } from '../../harness/model/observation.ts'
import { type OpenQuestion, openQuestions } from '../open-questions.ts'
import { coverageBySink, type SinkCoverage } from '../sink-coverage.ts'
import { type Content, html, type Markup, prose } from './markup.ts'
import { bounded, code, row, section, table } from './pieces.ts'
import type { Subject } from './subject.ts'

const MOST_QUESTIONS = 50
const MOST_REASONS = 30
const MOST_GAPS = 200

/** What was not looked at: the other half of every verdict. */
export function unseen({ results }: Subject): Markup {
  const sinks = coverageBySink(results.coverage)
  const looked = new Set<string>(sinks.map(sink => sink.medium))
  const media = Medium.options.filter(medium => !looked.has(medium))
  const lost = sinks.filter(sink => !sink.controlRecovered)
  const parts = [
    part(
      'Kinds of places where no sink took part',
      media.length === 0
        ? null
        : html`<p>${media.map(medium => html`<span class="tag inconclusive">${medium}</span> `)}</p>`,
    ),
    part('What is inconclusive, and what would mend it', questions(openQuestions(results.findings))),
    part('Sinks that did not show what was put there', lost.length === 0 ? null : html`<ul>${lost.map(blind)}</ul>`),
    part(
      'Not seen whole',
      gaps(sinks, sink => sink.incomplete),
    ),
    part('Out of sight however well a sink works', outOfSight(sinks)),
    part('Traffic that was not driven', notDriven(results.traffic.notDriven)),
    part(
      'Left out on purpose',
      gaps(sinks, sink => sink.skipped),
    ),
  ]
  const lead = 'A verdict reaches as far as the eye did. Here is where it did not reach.'
  return section('unseen', 'What was not looked at', lead, parts)
}

function part(title: string, body: Content): Markup | null {
  return body === null ? null : html`<h3>${title}</h3>${body}`
}

function questions(open: readonly OpenQuestion[]): Markup | null {
  if (open.length === 0) return null
  const { shown, rest } = bounded(open, MOST_QUESTIONS)
  return html`${shown.map(question)}${rest}`
}

function question({ mend, reasons }: OpenQuestion): Markup {
  const { shown, rest } = bounded(reasons, MOST_REASONS)
  const items = shown.map(
    ({ reason, clauses }) => html`<li>${prose(reason)} <small>${prose(clauses.join(', '))}</small></li>`,
  )
  return html`<div class="question"><p>→ ${prose(mend)}</p><ul>${items}</ul>${rest}</div>`
}

function blind(sink: SinkCoverage): Markup {
  return html`<li>${code(sink.sink)}: control ${sink.control}${sink.mend === null ? null : html` <small>→ ${sink.mend}</small>`}</li>`
}

function outOfSight(sinks: readonly SinkCoverage[]): Markup | null {
  const limited = sinks.filter(sink => sink.blindTo !== null)
  if (limited.length === 0) return null
  return table(
    ['Sink', 'What'],
    limited.map(sink => row(code(sink.sink), sink.blindTo)),
  )
}

function gaps(sinks: readonly SinkCoverage[], of: (sink: SinkCoverage) => readonly Gap[]): Markup | null {
  const all = sinks.flatMap(sink => of(sink).map(gap => ({ ...gap, sink: sink.sink })))
  if (all.length === 0) return null
  const { shown, rest } = bounded(all, MOST_GAPS)
  return html`${table(
    ['Sink', 'What', 'Why'],
    shown.map(gap => row(code(gap.sink), code(gap.path), gap.reason)),
    'gaps',
  )}${rest}`
}

function notDriven(left: readonly { readonly what: string; readonly reason: string }[]): Markup | null {
  if (left.length === 0) return null
  const { shown, rest } = bounded(left, MOST_GAPS)
  return html`${table(
    ['What', 'Why'],
    shown.map(({ what, reason }) => row(code(what), reason)),
  )}${rest}`
}
