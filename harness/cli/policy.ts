import { Option } from 'commander'
import { Severity } from '../model/profile.ts'
import { Policy } from '../model/run.ts'

/** `--inconclusive` and `--fail-on`, in every command that judges. Flag over environment over the run's own. */
export interface PolicyFlags {
  readonly inconclusive?: Policy['inconclusive']
  readonly failOn?: Severity
}

export function policyOptions(): Option[] {
  return [
    new Option('--inconclusive <how>', 'what inconclusive clauses do to the exit code')
      .choices(Policy.shape.inconclusive.options)
      .env('LETHE_INCONCLUSIVE'),
    new Option('--fail-on <severity>', 'from which severity on a violation fails')
      .choices(Severity.options)
      .env('LETHE_FAIL_ON'),
  ]
}

export function withFlags(policy: Policy, { inconclusive, failOn }: PolicyFlags): Policy {
  return { inconclusive: inconclusive ?? policy.inconclusive, failOn: failOn ?? policy.failOn }
}
