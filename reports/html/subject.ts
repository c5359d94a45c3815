import type { CanaryRecord } from '../../harness/model/canary.ts'
import type { Results } from '../../harness/model/finding.ts'
import type { Clause } from '../../harness/model/profile.ts'
import { type ClauseSummary, summarise } from '../clause-summary.ts'
import type { ReportContext } from '../report.ts'

/** What the page is about, looked up once. */
export interface Subject {
  readonly results: Results
  readonly clauses: readonly ClauseSummary[]
  readonly canary: ReadonlyMap<string, CanaryRecord>
  readonly promise: ReadonlyMap<string, Clause>
}

export function subjectOf(results: Results, context: Pick<ReportContext, 'canaries' | 'clauses'>): Subject {
  return {
    results,
    clauses: summarise(results.findings),
    canary: new Map(context.canaries.map(canary => [canary.id, canary])),
    promise: new Map(context.clauses.map(clause => [clause.id, clause])),
  }
}

/** Anchors: ids come from positions, since names are foreign text. */
export function clauseAnchor({ clauses }: Subject, clause: ClauseSummary): string {
  return `clause-${clauses.indexOf(clause) + 1}`
}
