import { readFileSync } from 'node:fs'
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter'
import { reasonOf } from '../harness/model/error.ts'
import { Finding } from '../harness/model/finding.ts'
import { summarise, tally } from './clause-summary.ts'
import { printable } from './printable.ts'
import { clauseTable } from './terminal/clause-table.ts'
import { paint } from './terminal/paint.ts'

const ATTACHMENT = 'lethe-finding'
const MOST_DEFECTS = 20

interface VerdictReporterOptions {
  readonly color?: boolean
  readonly width?: number
  readonly write?: (text: string) => void
}

/**
 * A Playwright reporter that ends a conformance run with Lethe's verdict on each clause, from the findings that tests
 * attach as `lethe-finding`. A finding that cannot be read is said, never dropped. Playwright
 * loads reporters by their default export and by nothing else.
 */
export default class VerdictReporter implements Reporter {
  readonly #findings: Finding[] = []
  readonly #defects: string[] = []
  readonly #options: VerdictReporterOptions

  constructor(options: VerdictReporterOptions = {}) {
    this.#options = options
  }

  printsToStdio(): boolean {
    return false
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    for (const attachment of result.attachments.filter(({ name }) => name === ATTACHMENT)) {
      try {
        this.#findings.push(Finding.parse(JSON.parse(textOf(attachment))))
      } catch (error) {
        this.#defects.push(`unreadable finding of "${test.title}": ${reasonOf(error)}`)
      }
    }
  }

  onEnd(): void {
    const clauses = summarise(this.#findings)
    if (clauses.length === 0 && this.#defects.length === 0) return
    const { color = false, width = 100, write = text => process.stdout.write(text) } = this.#options
    const numbers = Object.entries(tally(clauses)).map(([verdict, number]) => `${number} ${verdict}`)
    const defects = this.#defects.slice(0, MOST_DEFECTS).map(defect => `! ${printable(defect)}`)
    const left = this.#defects.length - defects.length
    const lines = [
      'Lethe, verdict by clause',
      ...clauseTable(clauses, { width, paint: paint(color) }),
      `${clauses.length} clauses: ${numbers.join(', ')}`,
      ...defects,
      ...(left > 0 ? [`! and ${left} more unreadable findings`] : []),
    ]
    write(`\n${lines.join('\n')}\n`)
  }
}

function textOf(attachment: TestResult['attachments'][number]): string {
  if (attachment.body !== undefined) return attachment.body.toString('utf8')
  if (attachment.path !== undefined) return readFileSync(attachment.path, 'utf8')
  throw new Error('the attachment is empty')
}
