import type { Finding } from '../../model/finding.ts'
import type { Clause, Rule } from '../../model/profile.ts'
import { inconclusive } from '../finding.ts'

/** Kinds of rule that no sink can judge yet, or none of some media, and what judging them takes. */
export type UnjudgedRule = Exclude<Rule, { kind: 'never-at-rest' | 'only-fields' }>

const NEEDS: Readonly<Record<UnjudgedRule['kind'], string>> = {
  'gone-within': 'repeated scans on a clock: seen to exist before, seen to be gone after',
  'encrypted-at-rest': 'asynchronous jobs as traffic, and an inspection of the stored bytes for encryption',
  'only-destinations': 'a network sink that sees every packet which leaves the deployment',
  'sampled-at-most': 'a rate over many exchanges with its confidence interval',
  'not-learned': 'a view of training exports on the wire and at rest, or of the model afterwards',
  isolated: 'traffic of two tenants, interleaved',
  disclosed: 'the model list compared with the destinations on the wire',
}

/** A clause that this version cannot judge is inconclusive with the reason, never absent. */
export function unjudged(clause: Clause, rule: UnjudgedRule): Finding[] {
  return unjudgedAt(clause, rule, 'media' in rule ? rule.media : ['none'])
}

/** The same of a clause that this version can judge elsewhere. */
export function unjudgedAt(clause: Clause, rule: UnjudgedRule, places: readonly string[]): Finding[] {
  return places.map(place =>
    inconclusive(clause, place, {
      reason: `No sink can judge ${rule.kind} yet: it needs ${NEEDS[rule.kind]}.`,
      mend: 'Nothing in the configuration changes this; the clause stays open in this version.',
    }),
  )
}
