import type { Finding } from '../harness/model/finding.ts'
import type { Sighting } from '../harness/model/sighting.ts'
import { sinkName } from './clause-summary.ts'

/** What is inconclusive for one reason. */
export interface OpenReason {
  readonly reason: string
  /** `DI-INPUT-2 (memory)`, or with several sinks `DI-INPUT-1 (disk:a, disk:b)` */
  readonly clauses: readonly string[]
  /** what was seen and is not certain: the first place, and how many there are */
  readonly seen: Sighting | null
  readonly seenCount: number
}

/** Everything inconclusive that one act would mend. */
export interface OpenQuestion {
  readonly mend: string
  readonly reasons: readonly OpenReason[]
}

/** Inconclusive findings, gathered by what to do about them and then by their reason. */
export function openQuestions(findings: readonly Finding[]): OpenQuestion[] {
  const open = findings.filter(finding => finding.verdict === 'inconclusive')
  const byMend = Map.groupBy(open, finding => finding.mend ?? 'No mend is known.')
  return [...byMend].map(([mend, group]) => {
    const byReason = Map.groupBy(group, finding => finding.reason)
    return { mend, reasons: [...byReason].map(([reason, same]) => reasonOf(reason, same)) }
  })
}

function reasonOf(reason: string, findings: readonly Finding[]): OpenReason {
  return {
    reason,
    clauses: clausesOf(findings),
    seen: findings.flatMap(({ sightings }) => sightings)[0] ?? null,
    seenCount: Math.max(...findings.map(({ sightingCount }) => sightingCount)),
  }
}

function clausesOf(findings: readonly Finding[]): string[] {
  const byClause = Map.groupBy(findings, finding => finding.clause)
  return [...byClause].map(([clause, group]) => `${clause} (${group.map(sinkName).join(', ')})`)
}
