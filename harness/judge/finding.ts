import type { Finding, Verdict } from '../model/finding.ts'
import type { Medium } from '../model/medium.ts'
import type { Clause } from '../model/profile.ts'
import type { Sighting } from '../model/sighting.ts'

/** The most sightings that a finding shows; their number is always whole. */
const EVIDENCE_LIMIT = 20

type Judgement = Pick<Finding, 'sink' | 'verdict' | 'reason'> &
  Partial<Pick<Finding, 'mend' | 'bound' | 'tier' | 'fields'>> & { readonly sightings?: readonly Sighting[] }

/** Completes a judgement to a finding of a clause. */
export function finding(clause: Clause, judgement: Judgement): Finding {
  const { sink, verdict, reason, mend = null, bound = null, tier = null, sightings = [], fields } = judgement
  return {
    clause: clause.id,
    title: clause.title,
    rule: clause.rule.kind,
    severity: clause.severity,
    sink,
    verdict,
    reason,
    mend,
    bound,
    tier,
    unquantified: clause.unquantified,
    sightings: sightings.slice(0, EVIDENCE_LIMIT),
    sightingCount: sightings.length,
    ...(fields === undefined ? {} : { fields }),
  }
}

/** What keeps a sink from passing: the verdict is inconclusive, with what to do. */
export interface Doubt {
  readonly reason: string
  readonly mend: string
}

export function inconclusive(clause: Clause, sink: string, doubt: Doubt, more: Partial<Judgement> = {}): Finding {
  const verdict: Verdict = 'inconclusive'
  return finding(clause, { ...more, sink, verdict, ...doubt })
}

/** A medium that no sink of the run is of. */
export function withoutSink(clause: Clause, medium: Medium): Finding {
  return inconclusive(clause, medium, {
    reason: `No sink of medium ${medium} is declared, so nobody looked there.`,
    mend: `Declare one under "sinks", or judge by a profile whose clause leaves ${medium} out.`,
  })
}
