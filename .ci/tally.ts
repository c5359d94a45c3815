import type { Reporter, Suite, TestCase } from '@playwright/test/reporter'

/** Ends a run with one plain line, `tests: N passed, N failed, N skipped`, after the reasons of the skips. */
export default class Tally implements Reporter {
  #tests: readonly TestCase[] = []

  onBegin(_config: unknown, suite: Suite): void {
    this.#tests = suite.allTests()
  }

  onExit(): Promise<void> {
    const skipped = this.#tests.filter(test => test.outcome() === 'skipped')
    const failed = this.#tests.filter(test => test.outcome() === 'unexpected' || test.outcome() === 'flaky')
    for (const test of skipped) process.stdout.write(`skipped: ${test.title}: ${reasonOf(test)}\n`)
    const passed = this.#tests.length - skipped.length - failed.length
    process.stdout.write(`tests: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`)
    return Promise.resolve()
  }
}

function reasonOf(test: TestCase): string {
  const reasons = test.results.flatMap(result => result.annotations).map(({ description }) => description ?? '')
  return reasons.find(reason => reason !== '') ?? 'not run, because a test that it depends on failed'
}
