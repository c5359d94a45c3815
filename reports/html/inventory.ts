import type { FieldVerdict, Finding } from '../../harness/model/finding.ts'
import { count, counted } from '../amounts.ts'
import { html, type Markup } from './markup.ts'
import { bounded, code, row, section, table } from './pieces.ts'
import type { Subject } from './subject.ts'

const MOST_SINKS = 10
const MOST_FIELDS = 100
const ORDER: readonly FieldVerdict['verdict'][] = ['denied', 'unaudited', 'allowed']
const asVerdict = { denied: 'fail', unaudited: 'inconclusive', allowed: 'pass' } as const

/** Every field that the logs hold: names and shapes, never values. */
export function inventory({ results }: Subject): Markup | null {
  const audited = results.findings.filter(finding => finding.fields !== undefined && finding.fields.length > 0)
  if (audited.length === 0) return null
  const { shown, rest } = bounded(audited, MOST_SINKS)
  const lead =
    'Every field of every log record, with the shape of its values. A field that is not on the profile’s list is a violation, also without a canary in it.'
  return section('fields', 'What the logs hold', lead, html`${shown.map(sinkFields)}${rest}`)
}

function sinkFields({ clause, sink, fields = [] }: Finding): Markup {
  const sorted = [...fields].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
  const { shown, rest } = bounded(sorted, MOST_FIELDS)
  return html`<details class="clause"${fields.some(field => field.verdict === 'denied') ? html` open` : null}><summary>${code(sink)} <span class="title">${counted(fields.length, 'field')}</span> ${code(clause)}</summary>
${table(['Field', 'Holds', 'Times', 'First in', 'Verdict'], shown.map(fieldRow), 'fields')}${rest}</details>
`
}

function fieldRow({ field, format, shape, count: times, first, verdict, reason }: FieldVerdict): Markup {
  return row(
    code(field),
    html`${shape}<small>${format}</small>`,
    count(times),
    code(first),
    html`<span class="tag ${asVerdict[verdict]}">${verdict}</span><small>${reason}</small>`,
  )
}
