import { EXIT, type ExitCode } from '../model/error.ts'
import type { Finding } from '../model/finding.ts'
import type { Severity } from '../model/profile.ts'
import type { Policy, RunMeta } from '../model/run.ts'

const GRAVEST_FIRST: readonly Severity[] = ['critical', 'high', 'medium', 'low']

interface Judged {
  readonly findings: readonly Finding[]
  readonly invalid: readonly string[]
  readonly state: RunMeta['state']
  readonly policy: Policy
}

/**
 * The exit code of a judged run. `inconclusive: 'warn'` forgives single clauses; never a run that did not come to its
 * end, and never one in which nothing passed.
 */
export function exitCode({ findings, invalid, state, policy }: Judged): ExitCode {
  if (invalid.length > 0) return EXIT.harness
  const gravest = GRAVEST_FIRST.slice(0, GRAVEST_FIRST.indexOf(policy.failOn) + 1)
  if (findings.some(({ verdict, severity }) => verdict === 'fail' && gravest.includes(severity))) return EXIT.violated
  if (state !== 'complete') return EXIT.inconclusive
  const verdicts = new Set(findings.map(finding => finding.verdict))
  if (!verdicts.has('pass')) return EXIT.inconclusive
  return verdicts.has('inconclusive') && policy.inconclusive === 'fail' ? EXIT.inconclusive : EXIT.pass
}
