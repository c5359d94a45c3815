import { expect, test } from '@playwright/test'
import type { Finding } from '../harness/model/finding.ts'
import { leaking, voided } from './golden/sample.ts'
import { renderJunit } from './junit.ts'

/** Number of elements, by start tag. */
const elements = (xml: string, name: string) => xml.match(new RegExp(`<${name}[ >]`, 'g'))?.length ?? 0

test('violated is a failure, inconclusive an error, not applicable skipped, and the totals agree', () => {
  const xml = renderJunit(leaking)
  const number = (verdict: Finding['verdict']) => leaking.findings.filter(finding => finding.verdict === verdict).length
  expect(elements(xml, 'failure')).toBe(number('fail'))
  expect(elements(xml, 'error')).toBe(number('inconclusive'))
  expect(elements(xml, 'skipped')).toBe(number('not-applicable'))
  expect(elements(xml, 'testcase')).toBe(leaking.findings.length)
  expect(xml).toContain(
    `tests="${leaking.findings.length}" failures="${number('fail')}" errors="${number('inconclusive')}" skipped="1"`,
  )
})

test('a run that cannot be trusted has an error of its own', () => {
  expect(elements(renderJunit(voided), 'error')).toBe(elements(renderJunit(leaking), 'error') + voided.invalid.length)
})

test('only characters of XML 1.0, and no markup from a run', () => {
  const xml = renderJunit(voided)
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u)
  expect(xml).not.toContain('<script')
  expect(xml).not.toContain(']]>')
  expect(xml.replace(/&(amp|lt|gt|quot|apos|#\d+);/g, '')).not.toContain('&')
})

test('elements nest', () => {
  const problem = wellFormedness(renderJunit(voided))
  expect(problem).toBeNull()
  expect(wellFormedness('<a><b></a></b>')).not.toBeNull()
})

/** Tags must nest; null when they do. */
function wellFormedness(xml: string): string | null {
  const open: string[] = []
  for (const [, closing, name, empty] of xml.matchAll(/<(\/?)([a-z]+)(?: [^<>]*?)?(\/?)>/g)) {
    if (closing === '/' && open.pop() !== name) return `</${name}> closes nothing`
    if (closing === '' && empty === '') open.push(name ?? '')
  }
  return open.length === 0 ? null : `<${open.at(-1)}> is not closed`
}
