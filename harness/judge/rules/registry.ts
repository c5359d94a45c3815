import type { Finding } from '../../model/finding.ts'
import type { Clause } from '../../model/profile.ts'
import type { Evidence } from '../evidence.ts'
import { goneWithin } from './gone-within.ts'
import { neverAtRest } from './never-at-rest.ts'
import { onlyFields } from './only-fields.ts'
import { unjudged } from './unjudged.ts'

/** Judges one clause by its rule. Every clause gets at least one finding. */
export function judgeClause(clause: Clause, evidence: Evidence): Finding[] {
  const { rule } = clause
  switch (rule.kind) {
    case 'never-at-rest':
      return neverAtRest(clause, rule, evidence)
    case 'gone-within':
      return goneWithin(clause, rule, evidence)
    case 'only-fields':
      return onlyFields(clause, rule, evidence)
    default:
      return unjudged(clause, rule)
  }
}
