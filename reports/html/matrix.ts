import type { Finding } from '../../harness/model/finding.ts'
import type { ClauseSummary } from '../clause-summary.ts'
import { verdictWords } from '../verdict-words.ts'
import { html, type Markup } from './markup.ts'
import { bounded, section } from './pieces.ts'
import { clauseAnchor, type Subject } from './subject.ts'

const MOST_CLAUSES = 150
const MOST_SINKS = 30

/** Every clause against every sink; what no sink could judge stands in a last column of its own. */
export function matrix(subject: Subject): Markup {
  const all = [...new Set(subject.results.findings.map(finding => finding.sink).filter(isSink))].sort()
  const sinks = bounded(all, MOST_SINKS)
  const clauses = bounded(subject.clauses, MOST_CLAUSES)
  const heads = sinks.shown.map(sink => html`<th scope="col" class="sink"><span>${sink}</span></th>`)
  const rows = clauses.shown.map(clause => line(subject, clause, sinks.shown))
  const body = html`<div class="scroll"><table class="matrix">
<thead><tr><th scope="col">Clause</th>${heads}<th scope="col" class="nowhere">no sink could judge</th></tr></thead>
<tbody>
${rows}</tbody></table></div>${sinks.rest}${clauses.rest}`
  return section('matrix', 'Clause by sink', 'What each place that was watched says of each promise.', body)
}

/** Sink ids are `<medium>:<name>`; a bare medium or `none` says that no sink could judge. */
function isSink(id: string): boolean {
  return id.includes(':')
}

function line(subject: Subject, clause: ClauseSummary, sinks: readonly string[]): Markup {
  const anchor = clauseAnchor(subject, clause)
  const cells = sinks.map(sink => {
    const finding = clause.findings.find(one => one.sink === sink)
    return html`<td>${finding === undefined ? html`<span class="blank">·</span>` : mark(finding, anchor)}</td>`
  })
  const nowhere = clause.findings.filter(finding => !isSink(finding.sink))
  return html`<tr><th scope="row"><a href="#${anchor}"><b class="${clause.verdict}">${verdictWords[clause.verdict].sign}</b> <code>${clause.clause}</code> <span>${clause.title}</span></a></th>${cells}<td class="nowhere">${nowhere.slice(0, MOST_SINKS).map(named)}</td></tr>
`
}

function mark(finding: Finding, anchor: string): Markup {
  const { sign, word } = verdictWords[finding.verdict]
  return html`<a class="mark ${finding.verdict}" href="#${anchor}" title="${finding.sink}: ${word}"><span aria-hidden="true">${sign}</span><span class="unseen">${word}</span></a>`
}

function named(finding: Finding): Markup {
  const { sign, word } = verdictWords[finding.verdict]
  const where = finding.sink === 'none' ? word : finding.sink
  return html`<span class="tag ${finding.verdict}"><span aria-hidden="true">${sign}</span> ${where}</span> `
}
