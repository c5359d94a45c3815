import type { CanaryRecord } from '../harness/model/canary.ts'
import type { Results } from '../harness/model/finding.ts'
import type { Clause } from '../harness/model/profile.ts'

/** What a report may use besides the results. Lists may be empty: the report then says less, never something else. */
export interface ReportContext {
  /** of the run, so that evidence can name the field that carried a canary */
  readonly canaries: readonly CanaryRecord[]
  /** of the profile, so that a verdict can stand beside the promise in words */
  readonly clauses: readonly Clause[]
  /** escape codes for a terminal */
  readonly color: boolean
  /** columns of the terminal */
  readonly width: number
}

/** A pure renderer: the same results and context give the same text to the byte. */
export interface Renderer {
  /** name in the run folder, or null for one that is only printed */
  readonly fileName: string | null
  render(results: Results, context: ReportContext): string
}
