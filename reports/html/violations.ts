import type { FieldVerdict, Finding } from '../../harness/model/finding.ts'
import { placeText, type Sighting } from '../../harness/model/sighting.ts'
import { count, counted, instant } from '../amounts.ts'
import { carrierText } from '../evidence-text.ts'
import { html, type Markup, prose } from './markup.ts'
import { bounded, chip, code, row, section, table } from './pieces.ts'
import type { Subject } from './subject.ts'

const MOST_VIOLATIONS = 100
const MOST_FIELDS = 10
const GRAVITY: readonly Finding['severity'][] = ['critical', 'high', 'medium', 'low']

/** Every violation with its evidence, gravest first. */
export function violations(subject: Subject): Markup | null {
  const failed = subject.results.findings.filter(finding => finding.verdict === 'fail')
  if (failed.length === 0) return null
  failed.sort((a, b) => GRAVITY.indexOf(a.severity) - GRAVITY.indexOf(b.severity))
  const { shown, rest } = bounded(failed, MOST_VIOLATIONS)
  const lead = 'Evidence says where to look and what was there, by offset, length and hash; never the bytes around it.'
  return section('violations', 'Violations', lead, html`${shown.map(finding => violation(finding, subject))}${rest}`)
}

function violation(finding: Finding, subject: Subject): Markup {
  const promise = subject.promise.get(finding.clause)
  return html`<article class="violation">
<p class="tags">${chip('fail')} <span class="severity">${finding.severity}</span> ${code(finding.clause)} <span class="at">at ${code(finding.sink)}</span></p>
<h3>${finding.title}</h3>
${promise === undefined ? null : html`<blockquote>${prose(promise.statement)} <cite>${promise.section}</cite></blockquote>`}
<p>${prose(finding.reason)}</p>
${evidenceTable(finding, subject)}
${deniedFields(finding.fields ?? [])}
</article>
`
}

/** The sightings of a finding, or null where it has none. */
export function evidenceTable(finding: Finding, subject: Subject): Markup | null {
  if (finding.sightings.length === 0) return null
  const rows = finding.sightings.map(sighting => evidenceRow(sighting, subject))
  const left = finding.sightingCount - finding.sightings.length
  const rest =
    left > 0 ? html`<p class="rest">${counted(left, 'more sighting')} of this kind; the run has all of them.</p>` : null
  return html`${table(['Where', 'Bytes', 'Encoded', 'Canary', 'Seen'], rows, 'evidence')}${rest}`
}

function evidenceRow(sighting: Sighting, { canary }: Subject): Markup {
  const carrier = carrierText(canary.get(sighting.canary))
  return row(
    html`<span class="kind">${kindText[sighting.place.kind]}</span>${code(locationOf(sighting.place))}`,
    html`<span class="nowrap">offset ${count(sighting.offset)}</span><br><span class="nowrap">length ${count(sighting.length)}</span><small class="hash" title="SHA-256 of these bytes">${code(sighting.sha256)}</small>`,
    chain(sighting.via),
    html`${code(sighting.canary)}<small>${sighting.role}${carrier === null ? null : html`, from ${carrier}`}${sighting.confirmed ? null : html`<br><em>not certain</em>`}</small>`,
    html`${sighting.scan}<small>${instant(sighting.at)}</small>`,
  )
}

/** Without the kind, which stands beside it. */
function locationOf(place: Sighting['place']): string {
  return place.kind === 'name' ? place.path : placeText(place)
}

const kindText: Readonly<Record<Sighting['place']['kind'], string>> = {
  file: 'file',
  name: 'file name',
  stream: 'stream',
  cell: 'table cell',
  process: 'process memory',
  device: 'device',
  door: 'end-point',
}

function chain(via: readonly string[]): Markup {
  if (via.length === 0) return html`<span class="step">plain</span>`
  return html`${via.map((step, index) => html`${index === 0 ? null : ' → '}<span class="step">${step}</span>`)}`
}

function deniedFields(fields: readonly FieldVerdict[]): Markup | null {
  const denied = fields.filter(field => field.verdict === 'denied')
  if (denied.length === 0) return null
  const { shown, rest } = bounded(denied, MOST_FIELDS)
  const rows = shown.map(({ field, shape, count: times, first, reason }) =>
    row(code(field), shape, count(times), code(first), reason),
  )
  return html`${table(['Field', 'Holds', 'Times', 'First in', 'Why not'], rows, 'fields')}${rest}`
}
