import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { TestCase, TestResult } from '@playwright/test/reporter'
import { leaking } from './golden/sample.ts'
import VerdictReporter from './playwright.ts'

type Attachment = TestResult['attachments'][number]

function report(attachments: readonly Attachment[]): string {
  let output = ''
  const reporter = new VerdictReporter({ write: text => (output += text) })
  for (const attachment of attachments) {
    reporter.onTestEnd({ title: 'DI-X-1 · a test' } as TestCase, { attachments: [attachment] } as TestResult)
  }
  reporter.onEnd()
  return output
}

const attach = (body: string, name = 'lethe-finding'): Attachment => ({
  name,
  contentType: 'application/json',
  body: Buffer.from(body),
})

test('prints the verdict of each clause from the findings that tests attached', () => {
  const output = report(leaking.findings.map(finding => attach(JSON.stringify(finding))))
  expect(output).toContain('✗ DI-INPUT-1   Inputs never on disk')
  expect(output).toContain('? DI-OUTPUT-1  Outputs not stored')
  expect(output).toContain('10 clauses: 5 fail, 4 inconclusive, 1 pass, 0 not-applicable')
})

test('reads a finding that was attached as a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-reporter-'))
  try {
    const path = join(folder, 'finding.json')
    await writeFile(path, JSON.stringify(leaking.findings[4]))
    expect(report([{ name: 'lethe-finding', contentType: 'application/json', path }])).toContain('✗ api:doors')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('says what it could not read, and is silent where there is nothing of Lethe’s', () => {
  expect(report([attach('{"verdict":"pass"}')])).toContain('! unreadable finding of "DI-X-1 · a test"')
  expect(report([attach('not JSON')])).toContain('! unreadable finding')
  expect(report([attach('{}', 'screenshot')])).toBe('')
})
