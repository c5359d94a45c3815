import { type Finding, type Verdict, worst } from '../harness/model/finding.ts'

/** All findings of one clause, and what they come to. */
export interface ClauseSummary {
  readonly clause: string
  readonly title: string
  readonly rule: string
  readonly severity: Finding['severity']
  readonly unquantified: boolean
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
}

/** One summary a clause, in the order in which the clauses first appear. */
export function summarise(findings: readonly Finding[]): ClauseSummary[] {
  const byClause = Map.groupBy(findings, finding => finding.clause)
  return [...byClause.values()].flatMap(group => {
    const first = group[0]
    if (first === undefined) return []
    const { clause, title, rule, severity, unquantified } = first
    const verdict = worst(group.map(finding => finding.verdict))
    return [{ clause, title, rule, severity, unquantified, verdict, findings: group }]
  })
}

/** The id of a sink, or of the medium that no sink watched; `none` for a clause without any medium. */
export function sinkName({ sink }: Finding): string {
  return sink === 'none' ? 'no sink' : sink
}

/** How many clauses came to each verdict. */
export function tally(clauses: readonly ClauseSummary[]): Record<Verdict, number> {
  const number = (verdict: Verdict) => clauses.filter(clause => clause.verdict === verdict).length
  return {
    fail: number('fail'),
    inconclusive: number('inconclusive'),
    pass: number('pass'),
    'not-applicable': number('not-applicable'),
  }
}
