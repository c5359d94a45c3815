import { createHash } from 'node:crypto'
import type { Results } from '../harness/model/finding.ts'
import { clauseList } from './html/clauses.ts'
import { decay } from './html/decay.ts'
import { guide } from './html/guide.ts'
import { inventory } from './html/inventory.ts'
import { lookedAt } from './html/looked-at.ts'
import { html, trusted } from './html/markup.ts'
import { masthead } from './html/masthead.ts'
import { matrix } from './html/matrix.ts'
import { style } from './html/style.ts'
import { subjectOf } from './html/subject.ts'
import { unseen } from './html/unseen.ts'
import { violations } from './html/violations.ts'
import type { ReportContext } from './report.ts'

/**
 * One page that needs nothing else: no script, no request, only the style that its own policy names by hash. Foreign
 * text is escaped, every list is bounded and says what it leaves out.
 */
export function renderHtml(results: Results, context: Pick<ReportContext, 'canaries' | 'clauses'>): string {
  const subject = subjectOf(results, context)
  const styleHash = createHash('sha256').update(style).digest('base64')
  const broken = violations(subject)
  const fields = inventory(subject)
  const memory = decay(subject)
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${trusted(styleHash)}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Lethe · ${results.deployment} · ${results.profile.id}</title>
<style>${trusted(style)}</style>
</head>
<body>
${masthead(subject)}<nav aria-label="Sections"><a href="#matrix">Clause by sink</a>${broken === null ? null : html`<a href="#violations">Violations</a>`}<a href="#clauses">Clauses</a>${fields === null ? null : html`<a href="#fields">Log fields</a>`}${memory === null ? null : html`<a href="#decay">Memory</a>`}<a href="#unseen">Not looked at</a><a href="#coverage">Looked at</a><a href="#guide">How to read</a></nav>
<main>
${matrix(subject)}${broken}${clauseList(subject)}${memory}${fields}${unseen(subject)}${lookedAt(subject)}${guide()}</main>
</body>
</html>
`
  return page.toString()
}
