import type { Finding } from '../../harness/model/finding.ts'
import { type ClauseSummary, sinkName } from '../clause-summary.ts'
import { ruleText } from '../rule-text.ts'
import { html, type Markup, prose } from './markup.ts'
import { bounded, chip, code, row, section, table } from './pieces.ts'
import { clauseAnchor, type Subject } from './subject.ts'
import { evidenceTable } from './violations.ts'

const MOST_CLAUSES = 150
const MOST_FINDINGS = 20

/** Every clause: the promise in words, the rule, and the verdict of each sink with its bound. */
export function clauseList(subject: Subject): Markup {
  const { shown, rest } = bounded(subject.clauses, MOST_CLAUSES)
  const lead = 'Open a clause for the promise in words, and for what each sink says of it.'
  return section('clauses', 'Verdict by clause', lead, html`${shown.map(clause => entry(subject, clause))}${rest}`)
}

function entry(subject: Subject, clause: ClauseSummary): Markup {
  const promise = subject.promise.get(clause.clause)
  const { shown, rest } = bounded(clause.findings, MOST_FINDINGS)
  return html`<details class="clause" id="${clauseAnchor(subject, clause)}">
<summary>${chip(clause.verdict)} ${code(clause.clause)} <span class="title">${clause.title}</span> <span class="severity">${clause.severity}</span></summary>
${promise === undefined ? null : html`<blockquote>${prose(promise.statement)} <cite>${promise.section}</cite></blockquote><p class="rule">${code(promise.rule.kind)} ${prose(ruleText(promise.rule))}.</p>`}
${clause.unquantified ? html`<p class="rest">The source gives no number here; the profile’s author chose one.</p>` : null}
${table(['Sink', 'Verdict', 'Reason', 'Bound', 'Tier'], shown.map(findingRow), 'findings')}${rest}
${uncertain(subject, shown)}
</details>
`
}

function findingRow(finding: Finding): Markup {
  const mend = finding.mend === null ? null : html`<small>→ ${finding.mend}</small>`
  return row(
    code(sinkName(finding)),
    chip(finding.verdict),
    html`${finding.reason}${mend}`,
    finding.bound ?? '–',
    finding.tier ?? '–',
  )
}

/** Evidence that fell short of a violation; that of violations stands with them. */
function uncertain(subject: Subject, findings: readonly Finding[]): Markup[] {
  const short = findings.filter(finding => finding.verdict !== 'fail' && finding.sightings.length > 0)
  return short.map(
    finding => html`<p>Seen at ${code(finding.sink)}, and not enough to decide:</p>${evidenceTable(finding, subject)}`,
  )
}
