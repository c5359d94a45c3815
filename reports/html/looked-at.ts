import type { Observation } from '../../harness/model/observation.ts'
import { bytes, count, span } from '../amounts.ts'
import { html, type Markup } from './markup.ts'
import { bounded, code, row, section, table } from './pieces.ts'
import type { Subject } from './subject.ts'

const MOST_SCANS = 200
const MOST_KINDS = 50

/** What was looked at, scan by scan, and with which traffic. */
export function lookedAt({ results }: Subject): Markup {
  const { shown, rest } = bounded(results.coverage, MOST_SCANS)
  const headings = ['Sink', 'Tier', 'Scan', 'Read', 'Items', 'Control', 'Decoys', 'Gaps', 'Took']
  const scans =
    shown.length === 0 ? html`<p>No sink was scanned.</p>` : html`${table(headings, shown.map(scanRow))}${rest}`
  const { outcomes, faults } = results.traffic
  const traffic = html`<div class="columns"><div><h3>How exchanges ended</h3>${tallyTable(outcomes)}</div><div><h3>Faults that were driven</h3>${tallyTable(faults)}</div></div>`
  const lead = 'A sink counts only when its control, put there by Lethe, was found again.'
  return section('coverage', 'What was looked at', lead, html`${scans}${traffic}`)
}

function scanRow(scan: Observation): Markup {
  const { control } = scan
  const found = control.recovered ? 'recovered' : control.planted ? 'not recovered' : 'not planted'
  return row(
    code(scan.sink),
    scan.tier,
    scan.scan,
    html`<span class="nowrap">${bytes(scan.bytes)}</span>`,
    count(scan.items),
    html`<span class="tag ${control.recovered ? 'pass' : 'inconclusive'}">${found}</span>`,
    html`<span class="${scan.decoys === 0 ? '' : 'fail'}">${count(scan.decoys)}</span>`,
    count(scan.incomplete.length),
    html`<span class="nowrap">${span(scan.startedAt, scan.endedAt)}</span>`,
  )
}

function tallyTable(counts: Readonly<Record<string, number>>): Markup {
  const entries = Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  if (entries.length === 0) return html`<p>None.</p>`
  const { shown, rest } = bounded(entries, MOST_KINDS)
  const most = Math.max(...entries.map(([, number]) => number), 1)
  const rows = shown.map(([name, number]) => row(name, bar(number / most), count(number)))
  return html`<div class="scroll"><table class="tally"><tbody>${rows}</tbody></table></div>${rest}`
}

function bar(share: number): Markup {
  return html`<svg width="100%" height="8" aria-hidden="true"><rect class="track" width="100%" height="100%" rx="4"/><rect class="share" width="${(100 * share).toFixed(2)}%" height="100%" rx="4"/></svg>`
}
