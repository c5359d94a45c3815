import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test as base } from '@playwright/test'
import { judge } from './judge/judge.ts'
import type { Finding, Results } from './model/finding.ts'
import { placeText } from './model/sighting.ts'
import { readRun } from './run/read.ts'

export { expect } from '@playwright/test'

/** Where the collect project leaves the path of its run, for the workers that judge it. */
export const RUN_POINTER = join('.lethe', 'collected-run')

interface Judged {
  /** the whole judgement of the collected run */
  readonly results: Results
}

interface Clauses {
  /**
   * Holds when every finding of the clause passes. Each finding is attached as `lethe-finding`. A violated one fails the
   * test; an inconclusive one fails it too, unless the policy is to warn: then the test is skipped with the reason.
   */
  readonly holds: (clause: string) => Promise<void>
}

/** Playwright's test with a judged run at hand: the one named by LETHE_RUN, or the one that the collect project made. */
export const test = base.extend<Clauses, Judged>({
  results: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
    async ({}, use) => {
      const run = process.env.LETHE_RUN ?? (await readFile(RUN_POINTER, 'utf8')).trim()
      await use(judge(await readRun(run)))
    },
    { scope: 'worker' },
  ],
  holds: async ({ results }, use, testInfo) => {
    await use(async clause => {
      const findings = results.findings.filter(finding => finding.clause === clause)
      if (findings.length === 0) throw new Error(`The profile ${results.profile.id} has no clause ${clause}.`)
      for (const finding of findings) {
        await testInfo.attach('lethe-finding', { body: JSON.stringify(finding), contentType: 'application/json' })
      }
      if (results.invalid.length > 0) throw new Error(results.invalid.join('\n'))
      const violated = findings.filter(({ verdict }) => verdict === 'fail')
      if (violated.length > 0) throw new Error(violated.map(violation).join('\n'))
      const open = findings
        .filter(({ verdict }) => verdict === 'inconclusive')
        .map(finding => `${finding.sink}: ${finding.reason}`)
      if (open.length > 0 && results.policy.inconclusive === 'fail')
        throw new Error(`Inconclusive.\n${open.join('\n')}`)
      testInfo.skip(open.length > 0, `inconclusive: ${open.join(' ')}`)
      testInfo.skip(
        findings.every(({ verdict }) => verdict === 'not-applicable'),
        findings[0]?.reason,
      )
    })
  },
})

function violation({ sink, reason, sightings }: Finding): string {
  const evidence = sightings.map(({ place, offset, length, via, canary }) => {
    const chain = via.length === 0 ? 'plain' : via.join(' > ')
    return `    ${placeText(place)} offset ${offset} length ${length} (${chain}) canary ${canary}`
  })
  return [`Violated at ${sink}: ${reason}`, ...evidence].join('\n')
}
