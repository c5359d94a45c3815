import { stripVTControlCharacters } from 'node:util'
import { expect, test } from '@playwright/test'
import type { Finding, Results } from '../harness/model/finding.ts'
import { kept, leaking, voided } from './golden/sample.ts'
import { renderTerminal } from './terminal.ts'

const plain = { color: false, width: 100 }

test('colours are added to the very same text', () => {
  const coloured = renderTerminal(leaking, { ...plain, color: true })
  expect(coloured).not.toBe(renderTerminal(leaking, plain))
  expect(stripVTControlCharacters(coloured)).toBe(renderTerminal(leaking, plain))
})

test('names from a deployment cannot steer the terminal', () => {
  for (const results of [leaking, voided]) expect(renderTerminal(results, plain)).not.toMatch(/[^\P{C}\n]/u)
})

test('lines keep to the width, but for words that cannot be broken', () => {
  for (const width of [60, 80, 140]) {
    const lines = renderTerminal(leaking, { color: false, width }).split('\n')
    const long = lines.filter(line => line.length > width && line.trimStart().includes('  '))
    expect(long).toEqual([])
    expect(Math.max(...lines.map(line => line.length))).toBeLessThan(width + 40)
  }
})

test('each failure shows its first evidence, and the count of the rest', () => {
  const text = renderTerminal(leaking, { color: false, width: 200 })
  expect(text).toContain(
    '/srv/app/tmp/replay/2026-11-24/req-0007.json · offset 312, 52 bytes · plain\n      and 56 more',
  )
  expect(text).toContain('via json → percent')
  expect(text).toContain('field preview (json, free-text) 41×, first in stdout:4: no field of the list')
})

test('an inconclusive clause is never shown as kept, and its mend stands once', () => {
  const text = renderTerminal(leaking, plain)
  expect(text).toMatch(/^\? DI-OUTPUT-1 /m)
  expect(text.match(/→ Nothing in the configuration changes this/g)).toHaveLength(1)
})

test('the last line is the verdict', () => {
  const last = (results: Results) => renderTerminal(results, plain).trimEnd().split('\n').at(-1)
  expect(last(leaking)).toBe('Promises violated · 10 clauses: 5 violated, 1 kept, 4 inconclusive. Exit code 1.')
  expect(last(kept)).toBe('Promises kept · 4 clauses: 4 kept. Exit code 0.')
  expect(last(voided)).toBe('Not to be trusted · 10 clauses: 5 violated, 1 kept, 4 inconclusive. Exit code 4.')
})

test('a flood of findings stays a screenful that says what it leaves out', () => {
  const one = leaking.findings[0] as Finding
  const findings = Array.from({ length: 5000 }, (_, index) => ({ ...one, sink: `disk:d${index}` }))
  const text = renderTerminal({ ...leaking, findings }, plain)
  expect(text.length).toBeLessThan(40_000)
  expect(text).toContain('and 4952 more')
  expect(text).toContain('and 4,960 more violations; see report.html or results.json')
})

test('a run that looked at nothing says so', () => {
  const text = renderTerminal({ ...kept, findings: [], coverage: [], verdict: 'inconclusive', exitCode: 3 }, plain)
  expect(text).toContain('nothing: no sink was scanned')
  expect(text).toContain('Inconclusive · 0 clauses: none judged. Exit code 3.')
})
