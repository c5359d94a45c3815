import type { DecayCurve } from '../../harness/model/decay.ts'
import { count, counted } from '../amounts.ts'
import { copiesIn, copiesText, phaseWords } from '../decay-text.ts'
import { chart } from './decay-chart.ts'
import { html, type Markup } from './markup.ts'
import { bounded, code, row, section, table } from './pieces.ts'
import type { Subject } from './subject.ts'

const MOST_CURVES = 10
const MOST_POINTS = 60
/** Seconds: what clauses grant beyond is said in words, and not drawn. */
const LONGEST_DRAWN = 600

type Point = DecayCurve['points'][number]

/** How memory forgets: for each sink of memory the copies of what had been sent, over further requests and over time. */
export function decay({ results }: Subject): Markup | null {
  const curves = results.decay ?? []
  if (curves.length === 0) return null
  const { shown, rest } = bounded(curves, MOST_CURVES)
  const lead =
    'Copies of what had been sent until the first sample after an answer. Both axes are logarithmic from 1 on, so that one copy that stays can be told from none.'
  return section('decay', 'What memory forgets', lead, html`${shown.map(curveOf)}${rest}`)
}

function curveOf({ sink, points, granted }: DecayCurve, index: number): Markup {
  const { shown, rest } = bounded(points, MOST_POINTS)
  const underWay = shown.filter(({ phase }) => phase !== 'after')
  const after = shown.filter(({ phase }) => phase === 'after')
  const lines = (of: (point: Point) => number) =>
    [...new Set(shown.flatMap(({ copies }) => copies.map(({ data }) => data)))].sort().map(data => ({
      name: data,
      before: underWay.length === 0 ? null : Math.max(...underWay.map(point => copiesIn(point, data))),
      points: after.map(point => ({ x: of(point), y: copiesIn(point, data) })),
    }))
  const marks = [...Map.groupBy(granted, ({ seconds }) => seconds)].map(([x, clauses]) => ({
    x,
    name: `${clauses.map(({ clause }) => clause).join(', ')}: ${count(x)} s`,
  }))
  const id = `decay-${index + 1}`
  const overTime = chart({
    id: `${id}-time`,
    title: `Copies in ${sink} over time`,
    axis: 'seconds since the last answer',
    lines: lines(({ seconds }) => seconds),
    marks: marks.filter(({ x }) => x <= LONGEST_DRAWN),
  })
  const overRequests = chart({
    id: `${id}-requests`,
    title: `Copies in ${sink} over requests`,
    axis: 'further requests',
    lines: lines(({ requests }) => requests),
    marks: [],
  })
  const undrawn = marks.filter(({ x }) => x > LONGEST_DRAWN)
  return html`<h3>${code(sink)}</h3>
<div class="columns">${overRequests}${overTime}</div>
${undrawn.map(({ name }) => html`<p class="rest">Granted by ${name}, which is further than is drawn.</p>`)}
<details class="clause"><summary><span class="title">${counted(points.length, 'sample')} in numbers</span></summary>
${table(['Sample', 'When', 'Seconds', 'Requests', 'Copies'], shown.map(pointRow), 'samples')}${rest}</details>
`
}

function pointRow(point: Point): Markup {
  const partly = point.complete ? null : html`<small>not read whole: there may have been more</small>`
  return row(
    point.scan,
    phaseWords[point.phase],
    point.seconds.toFixed(1),
    count(point.requests),
    html`${copiesText(point)}${partly}`,
  )
}
