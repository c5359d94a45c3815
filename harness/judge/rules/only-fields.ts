import type { FieldVerdict, Finding } from '../../model/finding.ts'
import type { FieldSeen } from '../../model/observation.ts'
import type { AllowedField, Clause, Rule } from '../../model/profile.ts'
import { zeroOf } from '../bound.ts'
import type { Evidence } from '../evidence.ts'
import { finding, inconclusive } from '../finding.ts'
import { doubtOfSink, doubtOfTraffic } from '../trust.ts'

type OnlyFields = Extract<Rule, { kind: 'only-fields' }>

/** Values of these shapes hold nothing. */
const HOLLOW: readonly string[] = ['null', 'empty', 'object', 'list']

/**
 * Log records hold only the fields of the profile's list and of the deployment's own. A field outside it fails, also
 * without a canary; a record of no known shape cannot be audited, which is not a pass.
 */
export function onlyFields(clause: Clause, rule: OnlyFields, evidence: Evidence): Finding[] {
  const sinks = evidence.sinks(rule.media)
  if (sinks.length > 0) return sinks.map(sink => judgeSink(clause, rule, evidence, sink))
  const media = rule.media.join(', ')
  return rule.media.map(medium =>
    inconclusive(clause, medium, {
      reason: `No sink of medium ${media} is declared, so nobody looked there.`,
      mend: 'Declare the deployment’s logs under "sinks".',
    }),
  )
}

function judgeSink(clause: Clause, rule: OnlyFields, evidence: Evidence, sink: string): Finding {
  const tier = evidence.observations(sink)[0]?.tier ?? null
  const allow = [...rule.allow, ...evidence.record.meta.harmless]
  const fields = inventory(evidence, sink).map(seen => auditField(seen, allow))
  const sightings = evidence.sightings(sink).filter(sighting => sighting.confirmed)
  const denied = fields.filter(({ verdict }) => verdict === 'denied')
  if (denied.length > 0 || sightings.length > 0) {
    return finding(clause, { sink, verdict: 'fail', reason: whyNot(denied, sightings.length), tier, sightings, fields })
  }
  const doubt = doubtOfSink(evidence, sink) ?? doubtOfTraffic(evidence, ['input'])
  if (doubt !== null) return inconclusive(clause, sink, doubt, { tier, fields })
  const unaudited = fields.filter(({ verdict }) => verdict === 'unaudited')
  if (unaudited.length > 0) {
    const records = unaudited.reduce((sum, { count }) => sum + count, 0)
    const doubtful = {
      reason: `${records} log records have no known shape, so their content was not audited.`,
      mend: 'Let the deployment log JSON or key=value records.',
    }
    return inconclusive(clause, sink, doubtful, { tier, fields })
  }
  const reason =
    fields.length === 0
      ? 'No record was logged; the control was recovered.'
      : `All ${fields.length} fields are allowed.`
  return finding(clause, {
    sink,
    verdict: 'pass',
    reason,
    bound: zeroOf(evidence.exercised('input').length),
    tier,
    fields,
  })
}

function whyNot(denied: readonly FieldVerdict[], sightings: number): string {
  const names = [...new Set(denied.map(({ field }) => field))]
  const shown = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
  const parts = [
    names.length > 0 ? `fields outside the list: ${shown}` : '',
    sightings > 0 ? `canaries in the log: ${sightings}` : '',
  ]
  return `${parts.filter(part => part !== '').join('; ')}.`
}

/** Scans repeat what is there, so the counts of one field are the largest of any scan, not their sum. */
function inventory(evidence: Evidence, sink: string): FieldSeen[] {
  const fields = new Map<string, FieldSeen>()
  for (const seen of evidence.observations(sink).flatMap(observation => observation.fields ?? [])) {
    const key = JSON.stringify([seen.format, seen.field, seen.shape])
    const before = fields.get(key)
    if (before === undefined || before.count < seen.count)
      fields.set(key, before === undefined ? seen : { ...seen, first: before.first })
  }
  return [...fields.values()]
}

function auditField(seen: FieldSeen, allow: readonly AllowedField[]): FieldVerdict {
  const { format, field, shape, count, first } = seen
  const verdict = (verdict: FieldVerdict['verdict'], reason: string): FieldVerdict => ({
    field,
    format,
    shape,
    count,
    first,
    verdict,
    reason,
  })
  if (format === 'text') return verdict('unaudited', 'a record of no known shape')
  const named = allow.filter(({ names }) => names.some(name => plainName(name) === plainName(field)))
  const fit = named.find(({ shapes }) => HOLLOW.includes(shape) || shapes.includes(seen.shape))
  if (fit !== undefined) return verdict('allowed', fit.meaning)
  if (named[0] === undefined) return verdict('denied', 'no field of the list')
  return verdict('denied', `${named[0].meaning} may be ${named[0].shapes.join(' or ')}, not ${shape}`)
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[-_.]/g, '')
}
