/** The page's only style sheet: no image, no font, nothing from elsewhere. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f8; --card: #ffffff; --line: #dfe5ea; --soft: #eef2f5;
  --ink: #1b2733; --quiet: #5a6a79; --river: #2b6c86;
  --fail: #b3261e; --fail-soft: #fbe9e7; --inconclusive: #865a00; --inconclusive-soft: #fbf0d9;
  --pass: #1d6b48; --pass-soft: #e2f2e9; --not-applicable: #5a6a79; --not-applicable-soft: #e9edf1;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f151b; --card: #172029; --line: #2a3641; --soft: #1f2a34;
    --ink: #dde5ec; --quiet: #93a3b1; --river: #74b8d3;
    --fail: #ff9a8f; --fail-soft: #43201e; --inconclusive: #ecc06a; --inconclusive-soft: #3a2f17;
    --pass: #79d0a3; --pass-soft: #17372a; --not-applicable: #93a3b1; --not-applicable-soft: #26323c;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 3.5rem; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  overflow-wrap: anywhere;
  margin: 0 auto; max-width: 76rem; padding: 1.5rem clamp(.75rem, 3vw, 2rem) 4rem;
  background: var(--ground); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif;
}
h1, h2, h3, p, ul, dl, blockquote { margin: 0; }
h1 { font-size: clamp(1.7rem, 4vw, 2.4rem); line-height: 1.15; letter-spacing: -.02em; font-weight: 650; }
h2 { font-size: 1.2rem; letter-spacing: -.01em; font-weight: 650; }
h3 { font-size: 1rem; font-weight: 600; margin: 1.4rem 0 .5rem; }
a { color: var(--river); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--river); outline-offset: 2px; border-radius: 4px; }
small { display: block; color: var(--quiet); font-size: .85em; }
code {
  font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  overflow-wrap: anywhere; unicode-bidi: isolate;
}
section, .masthead {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: clamp(1rem, 2.5vw, 1.75rem); margin-bottom: 1.1rem; overflow-wrap: anywhere;
}
.lead { color: var(--quiet); margin: .25rem 0 1rem; max-width: 70ch; }
.rest { color: var(--quiet); font-size: .88em; margin: .6rem 0; }
.nowrap { white-space: nowrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

.masthead { border-top: 5px solid var(--tone); }
.masthead.fail { --tone: var(--fail); --tone-soft: var(--fail-soft); }
.masthead.inconclusive { --tone: var(--inconclusive); --tone-soft: var(--inconclusive-soft); }
.masthead.pass { --tone: var(--pass); --tone-soft: var(--pass-soft); }
.masthead.not-applicable { --tone: var(--not-applicable); --tone-soft: var(--not-applicable-soft); }
.brand { font-weight: 650; color: var(--river); letter-spacing: .02em; }
.brand span { color: var(--quiet); font-weight: 400; letter-spacing: 0; margin-left: .5rem; }
.verdict { display: flex; align-items: center; gap: 1.1rem; margin: 1.4rem 0 1.3rem; }
.verdict p { color: var(--quiet); margin-top: .3rem; }
.seal {
  flex: none; width: 3.6rem; height: 3.6rem; border-radius: 50%; display: grid; place-items: center;
  font-size: 1.7rem; font-weight: 700; color: var(--tone); background: var(--tone-soft);
}
.proportions { display: block; border-radius: 4px; overflow: hidden; }
rect.fail { fill: var(--fail); } rect.inconclusive { fill: var(--inconclusive); opacity: .75; }
rect.pass { fill: var(--pass); } rect.not-applicable { fill: var(--line); }
rect.track { fill: var(--soft); } rect.share { fill: var(--river); opacity: .7; }
.sentence { margin: .7rem 0 1.5rem; font-weight: 550; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: .9rem 1.5rem; border-top: 1px solid var(--line); padding-top: 1.2rem; }
dt { color: var(--quiet); font-size: .82em; }
dd { margin: 0; }
.alarm { background: var(--fail-soft); border-color: var(--fail); }
.alarm h2 { color: var(--fail); }
.remarks h2 { font-size: 1rem; }
.alarm ul, .remarks ul { padding-left: 1.2rem; margin-top: .4rem; }

nav {
  position: sticky; top: 0; z-index: 3; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem;
  padding: .7rem .3rem; margin-bottom: .6rem; background: var(--ground);
}
nav a { text-decoration: none; font-size: .92em; }
nav a:hover { text-decoration: underline; }

.chip, .tag, .severity, .step, .kind {
  display: inline-block; border-radius: 999px; padding: .05em .65em; font-size: .84em; white-space: nowrap;
}
.tag { margin: .1rem 0; }
.chip { font-weight: 600; }
.chip.fail, .tag.fail, .mark.fail { color: var(--fail); background: var(--fail-soft); }
.chip.inconclusive, .tag.inconclusive, .mark.inconclusive { color: var(--inconclusive); background: var(--inconclusive-soft); }
.chip.pass, .tag.pass, .mark.pass { color: var(--pass); background: var(--pass-soft); }
.chip.not-applicable, .tag.not-applicable, .mark.not-applicable { color: var(--not-applicable); background: var(--not-applicable-soft); }
b.fail, span.fail { color: var(--fail); } b.inconclusive { color: var(--inconclusive); }
b.pass { color: var(--pass); } b.not-applicable { color: var(--not-applicable); }
.severity { border: 1px solid var(--line); color: var(--quiet); }
.step { background: var(--soft); border-radius: 5px; }
.kind { background: var(--soft); border-radius: 5px; color: var(--quiet); margin-right: .5rem; }

.scroll { position: relative; overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .93em; }
th { text-align: left; font-weight: 550; color: var(--quiet); font-size: .86em; white-space: nowrap; vertical-align: bottom; }
th, td { padding: .5rem .7rem .5rem 0; border-bottom: 1px solid var(--line); }
td { vertical-align: top; }
tbody tr:last-child > * { border-bottom: 0; }
.hash { max-width: 13rem; font-size: .72em; }

.evidence, .findings, .gaps, .fields { table-layout: fixed; min-width: 46rem; }
.findings th:nth-child(1) { width: 17%; } .findings th:nth-child(2) { width: 15%; }
.findings th:nth-child(4) { width: 20%; } .findings th:nth-child(5) { width: 3.5rem; }
.gaps th:nth-child(1) { width: 18%; } .gaps th:nth-child(3) { width: 34%; }
.fields th:nth-child(2) { width: 10%; } .fields th:nth-child(3) { width: 7%; }
.fields th:nth-child(4) { width: 22%; } .fields th:nth-child(5) { width: 26%; }
.evidence th:nth-child(1) { width: 34%; } .evidence th:nth-child(2) { width: 20%; }
.evidence th:nth-child(3) { width: 14%; } .evidence th:nth-child(4) { width: 17%; }

.matrix th, .matrix td { padding: .28rem .35rem; }
.matrix td { text-align: center; vertical-align: middle; }
.matrix th[scope=row] { position: sticky; left: 0; background: var(--card); min-width: 15rem; white-space: normal; font-size: .95em; vertical-align: middle; }
.matrix th[scope=row] a { display: block; color: var(--ink); text-decoration: none; font-weight: 400; }
.matrix th[scope=row] a:hover span { text-decoration: underline; }
.matrix th[scope=row] b { display: inline-block; width: 1.1em; }
.matrix th.sink { width: 2.6rem; height: 9rem; font: .8em/1.2 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.matrix th.sink span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 14rem; overflow: hidden; unicode-bidi: isolate; }
.matrix .nowhere { text-align: left; padding-left: 1.2rem; min-width: 12rem; white-space: normal; }
.matrix tbody tr:hover > * { background: var(--soft); }
.mark { display: inline-grid; place-items: center; width: 1.75rem; height: 1.75rem; border-radius: 7px; text-decoration: none; font-weight: 700; }
.mark:hover { outline: 2px solid currentColor; }
.blank { color: var(--line); }

.violation { border: 1px solid var(--line); border-left: 4px solid var(--fail); border-radius: 10px; padding: 1rem 1.2rem; margin-bottom: 1rem; }
.violation h3 { margin: .55rem 0 .4rem; font-size: 1.1rem; }
.tags { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .6rem; }
.at { color: var(--quiet); }
blockquote { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .5rem 0; color: var(--quiet); max-width: 80ch; }
cite { font-style: normal; font-size: .88em; opacity: .85; }
cite::before { content: "— "; }

.clause { border-bottom: 1px solid var(--line); padding: .15rem 0; }
.clause:last-of-type { border-bottom: 0; }
.clause:target { background: var(--soft); border-radius: 8px; }
.clause > :not(summary) { margin-left: 1.2rem; }
summary { display: flex; flex-wrap: wrap; align-items: center; gap: .35rem .7rem; padding: .45rem .2rem; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "›"; color: var(--quiet); width: .6em; transition: transform .15s; }
details[open] > summary::before { transform: rotate(90deg); }
summary .chip { min-width: 8.2rem; }
summary .title { flex: 1 1 16rem; }
.rule { color: var(--quiet); max-width: 90ch; margin: .4rem 0; }

.question { background: var(--soft); border-radius: 10px; padding: .8rem 1rem; margin: .5rem 0; }
.question p { font-weight: 550; }
.question ul, section > ul { padding-left: 1.3rem; margin: .4rem 0 0; }
.question li { margin: .25rem 0; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 0 2.5rem; }
.tally td:nth-child(2) { width: 45%; vertical-align: middle; }
.tally td:last-child { text-align: right; width: 4rem; }
.chart { margin: .6rem 0; }
.chart svg { width: 100%; height: auto; display: block; }
.chart text { font-size: 11px; fill: var(--quiet); }
.chart .grid { stroke: var(--line); stroke-width: 1; }
.chart line.granted { stroke: var(--fail); stroke-width: 1.5; stroke-dasharray: 4 3; } .chart text.granted { fill: var(--fail); }
.chart polyline { fill: none; stroke-width: 2; }
.series-0 { stroke: var(--river); } circle.series-0, text.series-0 { fill: var(--river); }
.series-1 { stroke: var(--inconclusive); } circle.series-1, text.series-1 { fill: var(--inconclusive); }
.series-2 { stroke: var(--pass); } circle.series-2, text.series-2 { fill: var(--pass); }
.series-3 { stroke: var(--fail); } circle.series-3, text.series-3 { fill: var(--fail); }
.chart text[class^=series] { stroke: none; font-weight: 600; }
.samples { table-layout: fixed; min-width: 46rem; }
.samples th:nth-child(2) { width: 22%; } .samples th:nth-child(3), .samples th:nth-child(4) { width: 5.5rem; }
.guide { display: grid; grid-template-columns: max-content 1fr; gap: .6rem 1rem; margin: .8rem 0 1.2rem; }
#guide p { margin: .6rem 0; max-width: 85ch; }
@media (max-width: 40rem) { .guide { grid-template-columns: 1fr; gap: .2rem; } .guide dd { margin-bottom: .6rem; } }

@media print {
  body { max-width: none; background: none; padding: 0; font-size: 12px; }
  nav { display: none; }
  section, .masthead { border: 0; border-radius: 0; padding: .5rem 0; }
  .violation, tr { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`
