import type { Finding, Results } from '../harness/model/finding.ts'
import { fieldText, sightingText } from './evidence-text.ts'
import { xmlAttribute, xmlText } from './xml.ts'

const MOST_FIELDS = 50

/**
 * JUnit XML: a test case a finding. Violated is a failure, inconclusive an error, not applicable skipped; a run that
 * cannot be trusted has an error of its own.
 */
export function renderJunit(results: Results): string {
  const cases = [...results.findings.map(testCase), ...results.invalid.map(invalidCase)]
  const number = (verdict: Finding['verdict']) => results.findings.filter(finding => finding.verdict === verdict).length
  const totals = attributes({
    tests: cases.length,
    failures: number('fail'),
    errors: number('inconclusive') + results.invalid.length,
    skipped: number('not-applicable'),
    time: Math.max(0, (Date.parse(results.endedAt) - Date.parse(results.startedAt)) / 1000 || 0).toFixed(3),
  })
  const suite = attributes({
    name: `lethe ${results.profile.id}`,
    timestamp: results.startedAt,
    hostname: results.deployment,
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="lethe"${totals}>`,
    `  <testsuite${suite}${totals}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

function testCase(finding: Finding): string {
  const name = `${finding.clause} · ${finding.title} · ${finding.sink}`
  const open = `    <testcase${attributes({ name, classname: finding.clause, time: '0' })}`
  const outcome = outcomeOf(finding)
  return outcome === null ? `${open}/>` : `${open}>\n      ${outcome}\n    </testcase>`
}

function outcomeOf(finding: Finding): string | null {
  const { verdict, reason, rule } = finding
  if (verdict === 'fail') return element('failure', { message: reason, type: rule }, details(finding))
  if (verdict === 'inconclusive') return element('error', { message: reason, type: 'inconclusive' }, details(finding))
  if (verdict === 'not-applicable') return `<skipped${attributes({ message: reason })}/>`
  return null
}

function invalidCase(reason: string): string {
  const open = `    <testcase${attributes({ name: 'The run can be trusted', classname: 'lethe', time: '0' })}>`
  return `${open}\n      ${element('error', { message: reason, type: 'invalid' }, reason)}\n    </testcase>`
}

function details(finding: Finding): string {
  const denied = (finding.fields ?? []).filter(field => field.verdict !== 'allowed')
  const left = finding.sightingCount - finding.sightings.length
  const leftFields = denied.length - MOST_FIELDS
  return [
    finding.reason,
    ...(finding.mend === null ? [] : [`What to do: ${finding.mend}`]),
    ...finding.sightings.map(sightingText),
    ...(left > 0 ? [`and ${left} more sightings`] : []),
    ...denied.slice(0, MOST_FIELDS).map(fieldText),
    ...(leftFields > 0 ? [`and ${leftFields} more fields`] : []),
  ].join('\n')
}

function element(name: string, named: Readonly<Record<string, string>>, content: string): string {
  return `<${name}${attributes(named)}>${xmlText(content)}</${name}>`
}

function attributes(named: Readonly<Record<string, string | number>>): string {
  return Object.entries(named)
    .map(([name, value]) => ` ${name}="${xmlAttribute(String(value))}"`)
    .join('')
}
