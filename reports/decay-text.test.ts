import { expect, test } from '@playwright/test'
import type { DecayCurve } from '../harness/model/decay.ts'
import { decayText } from './decay-text.ts'
import { kept, leaking } from './golden/sample.ts'
import { renderHtml } from './html.ts'
import { renderTerminal } from './terminal.ts'

const context = { canaries: [], clauses: [] }

test('a curve in a sentence: while under way, at once, and in the end', () => {
  const [curve] = leaking.decay ?? []
  expect(decayText(curve as DecayCurve)).toBe(
    'memory:process: 279 copies while a request was under way, 244 copies at once after the answers, 1 copy after 100 further requests and 60.4 s',
  )
  expect(renderTerminal(kept, { color: false, width: 200 })).toContain(
    'Decay of memory:process: 4 copies while a request was under way, 0 copies at once after the answers',
  )
})

test('both charts tell what they show to whoever cannot see them', () => {
  const page = renderHtml(leaking, context)
  expect(page).toContain('<title id="decay-1-time-title">')
  expect(page).toContain(
    'input: 267 while a request was under way, 235 at first; in the end 1 at 60 seconds since the last answer.',
  )
  expect(page).toContain('aria-labelledby="decay-1-requests-title decay-1-requests-desc"')
})

test('every point is drawn inside of its chart, also where there is nothing to draw', () => {
  for (const results of [leaking, kept]) {
    for (const [, x, y] of renderHtml(results, context).matchAll(/cx="([^"]*)" cy="([^"]*)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0)
      expect(Number(x)).toBeLessThanOrEqual(420)
      expect(Number(y)).toBeGreaterThanOrEqual(0)
      expect(Number(y)).toBeLessThanOrEqual(220)
    }
  }
  expect(renderHtml(leaking, context)).toContain('Not one copy was seen.')
})

test('a run without samples has no such section', () => {
  const { decay: _, ...without } = kept
  expect(renderHtml(without, context)).not.toContain('id="decay"')
})
