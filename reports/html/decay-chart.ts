import { count } from '../amounts.ts'
import { html, type Markup } from './markup.ts'

const WIDTH = 420
const HEIGHT = 220
const LEFT = 46
const RIGHT = 12
const TOP = 34
const BOTTOM = 40
/** Room left of zero for what was there while a request was under way. */
const BEFORE = 76
/** How many times the one before a tick must be, for their labels not to touch. */
const TICKS_APART = 3

interface Line {
  readonly name: string
  /** while a request was under way; null where nobody looked */
  readonly before: number | null
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

interface Chart {
  readonly id: string
  readonly title: string
  /** what the horizontal axis counts */
  readonly axis: string
  readonly lines: readonly Line[]
  readonly marks: readonly { readonly x: number; readonly name: string }[]
}

/** Lines over two axes that are logarithmic from 1 on, for eyes and for screen readers. */
export function chart({ id, title, axis, lines, marks }: Chart): Markup {
  const xs = [...lines.flatMap(({ points }) => points.map(({ x }) => x)), ...marks.map(({ x }) => x)]
  const ys = lines.flatMap(({ points, before }) => [...points.map(({ y }) => y), before ?? 0])
  const x = scale(Math.max(1, ...xs), LEFT + BEFORE, WIDTH - RIGHT)
  const y = scale(Math.max(1, ...ys), HEIGHT - BOTTOM, TOP)
  const base = HEIGHT - BOTTOM
  return html`<figure class="chart"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">${title}</title><desc id="${id}-desc">${described(lines, axis)}</desc>
${ticks(Math.max(1, ...ys)).map(tick => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${LEFT - 6}" y="${y(tick)}" dy="4" text-anchor="end">${count(tick)}</text>`)}
${ticks(Math.max(1, ...xs)).map(tick => html`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${base}" y2="${base + 4}"/><text x="${x(tick)}" y="${base + 16}" text-anchor="middle">${count(tick)}</text>`)}
<text x="${LEFT + 2}" y="${base + 16}">under way</text><text x="${WIDTH - RIGHT}" y="${HEIGHT - 6}" text-anchor="end">${axis}</text>
${marks.map(mark => html`<line class="granted" x1="${x(mark.x)}" x2="${x(mark.x)}" y1="${TOP}" y2="${base}"/><text class="granted" x="${x(mark.x) - 4}" y="${TOP - 5}" text-anchor="end">${mark.name}</text>`)}
${lines.map((line, index) => drawn(line, index, x, y))}
</svg></figure>`
}

type Scale = (value: number) => number

/** Logarithmic from 1 on, and from 0 to 1 nearly straight; one digit behind the point. */
function scale(most: number, from: number, to: number): Scale {
  const whole = Math.log1p(most)
  return value => Math.round(10 * (from + (Math.log1p(Math.min(most, Math.max(0, value))) / whole) * (to - from))) / 10
}

/** 0, 1, 10, 100 … up to the most, and that itself where it is far from the last of them */
function ticks(most: number): number[] {
  const powers: number[] = [0]
  let power = 1
  for (; power <= most; power *= 10) powers.push(power)
  return most >= TICKS_APART * (power / 10) ? [...powers, Math.floor(most)] : powers
}

function drawn({ name, before, points }: Line, index: number, x: Scale, y: Scale): Markup {
  const first = before === null ? [] : [{ x: LEFT + BEFORE / 2, y: y(before) }]
  const places = [...first, ...points.map(point => ({ x: x(point.x), y: y(point.y) }))]
  const path = places.map(place => `${place.x},${place.y}`).join(' ')
  const series = `series-${index % 4}`
  return html`<polyline class="${series}" points="${path}"/>${places.map(place => html`<circle class="${series}" cx="${place.x}" cy="${place.y}" r="3"/>`)}<text class="${series}" x="${LEFT + BEFORE + 90 * index}" y="14">${name}</text>`
}

function described(lines: readonly Line[], axis: string): string {
  if (lines.length === 0) return 'Not one copy was seen.'
  return lines
    .map(({ name, before, points }) => {
      const last = points.at(-1)
      const begin = before === null ? '' : `${count(before)} while a request was under way, `
      const at = last === undefined ? '' : `; in the end ${count(last.y)} at ${count(Math.round(last.x))} ${axis}`
      return `${name}: ${begin}${count(points[0]?.y ?? 0)} at first${at}.`
    })
    .join(' ')
}
