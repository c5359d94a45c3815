import type { Verdict } from '../../harness/model/finding.ts'
import { count, counted, instant, span } from '../amounts.ts'
import { tally } from '../clause-summary.ts'
import { headline, verdictWords } from '../verdict-words.ts'
import { type Content, html, type Markup, prose } from './markup.ts'
import { bounded, code } from './pieces.ts'
import type { Subject } from './subject.ts'

/** The verdict on the whole run, and what was run. */
export function masthead(subject: Subject): Markup {
  const { results, clauses } = subject
  const { verdict, title, sentence } = headline(results, clauses)
  return html`<header class="masthead ${verdict}">
<p class="brand">Lethe ${results.lethe} <span>does it forget what it promised to forget?</span></p>
<div class="verdict"><span class="seal" aria-hidden="true">${verdictWords[verdict].sign}</span>
<div><h1>${title}</h1><p>${results.deployment}, held against <em>${results.profile.title}</em></p></div></div>
${proportions(subject)}
<p class="sentence">${sentence}</p>
${facts(subject)}
</header>
${warnings(subject)}`
}

const ORDER: readonly Verdict[] = ['fail', 'inconclusive', 'pass', 'not-applicable']

/** One bar: how the clauses divide over the verdicts. */
function proportions({ clauses }: Subject): Markup | null {
  if (clauses.length === 0) return null
  const numbers = tally(clauses)
  let before = 0
  const parts = ORDER.filter(verdict => numbers[verdict] > 0).map(verdict => {
    const share = (100 * numbers[verdict]) / clauses.length
    const part = html`<rect class="${verdict}" x="${before.toFixed(3)}%" width="${share.toFixed(3)}%" height="100%"/>`
    before += share
    return part
  })
  return html`<svg class="proportions" role="img" aria-label="Share of each verdict" width="100%" height="8">${parts}</svg>`
}

function facts({ results }: Subject): Markup {
  const { counts, profile, policy } = results
  const list: [string, Content][] = [
    ['Deployment', results.deployment],
    ['Run', code(results.run)],
    ['When', `${instant(results.startedAt)}, for ${span(results.startedAt, results.endedAt)}`],
    ['Traffic', `${counted(counts.exchanges, 'exchange')}, ${count(counts.answered)} answered`],
    ['Canaries', `${count(counts.canaries)} sent, ${counted(counts.sightings, 'sighting')}`],
    ['Profile', html`${code(profile.id)} <small>SHA-256 ${code(profile.sha256)}</small>`],
    [
      'Policy',
      `violations count from ${policy.failOn}; inconclusive ${policy.inconclusive === 'fail' ? 'counts against the run' : 'only warns'}`,
    ],
    ['Exit code', `${results.exitCode}`],
  ]
  return html`<dl class="facts">${list.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

const MOST_REMARKS = 50

function warnings({ results }: Subject): Markup {
  const invalid = bounded(results.invalid, MOST_REMARKS)
  const notes = bounded(results.notes, MOST_REMARKS)
  const alarm = html`<section class="alarm" role="alert"><h2>This run cannot be trusted</h2><ul>${invalid.shown.map(item)}</ul>${invalid.rest}</section>`
  const remarks = html`<section class="remarks"><h2>Remarks</h2><ul>${notes.shown.map(item)}</ul>${notes.rest}</section>`
  return html`${results.invalid.length === 0 ? null : alarm}${results.notes.length === 0 ? null : remarks}`
}

function item(text: string): Markup {
  return html`<li>${prose(text)}</li>`
}
