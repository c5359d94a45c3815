import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import type { FieldVerdict, Finding, Results } from '../harness/model/finding.ts'
import type { Sighting } from '../harness/model/sighting.ts'
import { canaries, clauses, kept, leaking, voided } from './golden/sample.ts'
import { renderHtml } from './html.ts'

const context = { canaries, clauses }

test('nothing from a run becomes markup', () => {
  const page = renderHtml(voided, context)
  expect(page).not.toContain('<script')
  expect(page).not.toMatch(/[^\P{C}\n]/u)
  expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;\\u{0}\\u{1b}[31m\\nnext')
  expect(page).not.toMatch(/ on[a-z]+=| style=|javascript:/)
})

test('the page asks for nothing, and its policy allows its own style alone', () => {
  const page = renderHtml(leaking, context)
  expect(page.match(/<(link|img|iframe|object|embed|form|base|script)\b|@import|url\(/g)).toBeNull()
  expect(page.match(/href="[^#]/g)).toBeNull()
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  expect(page).toContain(
    `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
  )
})

test('every link has its target, and every anchor is one of its kind', () => {
  const page = renderHtml(leaking, context)
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(match => match[1])
  expect(new Set(ids).size).toBe(ids.length)
  const targets = [...page.matchAll(/href="#([^"]*)"/g)].map(match => match[1])
  expect(targets.length).toBeGreaterThan(10)
  expect(targets.filter(target => !ids.includes(target))).toEqual([])
})

test('elements nest', () => {
  const open: (string | undefined)[] = []
  for (const [, closing, name, empty] of renderHtml(voided, context).matchAll(
    /<(\/?)([a-z][a-z0-9]*)(?: [^<>]*?)?(\/?)>/g,
  )) {
    if (['meta', 'br'].includes(name ?? '') || empty === '/') continue
    if (closing === '') open.push(name)
    else expect(open.pop()).toBe(name)
  }
  expect(open).toEqual([])
})

test('evidence names place, bytes, encodings, hash, time, canary and the field that carried it', () => {
  const page = renderHtml(leaking, context)
  const sighting = leaking.findings[0]?.sightings[1] as Sighting
  for (const part of [
    '/srv/app/tmp/replay/bodies.bin.gz',
    'offset 4,096',
    'length 72',
    sighting.sha256,
    sighting.canary,
    'from input messages[1].content (head)',
    '2026-11-24 10:00:21 UTC',
  ])
    expect(page).toContain(part)
  expect(page).toContain('<span class="step">gzip</span> → <span class="step">base64</span>')
  expect(page).toContain('54 more sightings')
})

test('what was not looked at is told: media, gaps, controls, faults', () => {
  const page = renderHtml(leaking, context)
  const unseen = page.slice(page.indexOf('id="unseen"'), page.indexOf('id="coverage"'))
  for (const part of [
    'memory',
    'network',
    'store',
    '/srv/app/tmp/queue',
    'a FIFO is not read',
    'it was rotated away',
    'the budget of 10m was used up',
    'Lethe’s own run folder',
  ])
    expect(unseen).toContain(part)
})

test('a run that cannot be trusted says so before all else', () => {
  const page = renderHtml(voided, context)
  expect(page).toContain('<h1>Not to be trusted</h1>')
  expect(page.indexOf('This run cannot be trusted')).toBeLessThan(page.indexOf('id="matrix"'))
  expect(renderHtml(kept, context)).toContain('<h1>Promises kept</h1>')
})

test('without the run’s canaries and clauses it says less, and nothing else', () => {
  const page = renderHtml(leaking, { canaries: [], clauses: [] })
  expect(page).not.toContain('from input messages')
  expect(page).toContain('<h1>Promises violated</h1>')
})

test('a page of a huge run stays bounded, and says what it leaves out', () => {
  const page = renderHtml(huge(), context)
  expect(page.length).toBeLessThan(20_000_000)
  expect(page).toContain('are left out here')
  expect(page.match(/class="violation"/g)).toHaveLength(100)
})

/** Every list far beyond its bound, every text far beyond its length. */
function huge(): Results {
  const long = '<&"'.repeat(500)
  const finding = leaking.findings[0] as Finding
  const sighting: Sighting = {
    ...(finding.sightings[0] as Sighting),
    place: { kind: 'file', path: long },
    via: ['gzip', 'base64', 'json'],
  }
  const field: FieldVerdict = {
    field: long,
    format: 'json',
    shape: 'token',
    count: 1,
    first: long,
    verdict: 'denied',
    reason: long,
  }
  const sightings = Array.from({ length: 20 }, () => sighting)
  const findings = Array.from({ length: 4000 }, (_, index) => ({
    ...finding,
    clause: `DI-INPUT-${index % 400}`,
    sink: `disk:${index}`,
    reason: long,
    sightings,
    fields: index < 50 ? Array.from({ length: 500 }, () => field) : [],
  }))
  const gap = { path: long, reason: long }
  const coverage = leaking.coverage.map(scan => ({
    ...scan,
    incomplete: Array.from({ length: 500 }, (_, index) => ({ ...gap, path: `${index}${long}` })),
  }))
  return { ...leaking, findings, coverage, notes: Array.from({ length: 5000 }, () => long) }
}
