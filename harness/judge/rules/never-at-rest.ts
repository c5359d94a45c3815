import type { Finding } from '../../model/finding.ts'
import type { Clause, Rule } from '../../model/profile.ts'
import type { Sighting } from '../../model/sighting.ts'
import { zeroOf } from '../bound.ts'
import type { Evidence } from '../evidence.ts'
import { finding, inconclusive, withoutSink } from '../finding.ts'
import { absenceOfSink, doubtOfOutputs, doubtOfSink, doubtOfTraffic, outOfSight } from '../trust.ts'

type NeverAtRest = Extract<Rule, { kind: 'never-at-rest' }>

/** Data of these classes is never found in sinks of these media: one finding a sink, and one for a medium without any. */
export function neverAtRest(clause: Clause, rule: NeverAtRest, evidence: Evidence): Finding[] {
  return rule.media.flatMap(medium => {
    const sinks = evidence.sinks([medium])
    if (sinks.length > 0) return sinks.map(sink => judgeSink(clause, rule, evidence, sink))
    return [withoutSink(clause, medium)]
  })
}

function judgeSink(clause: Clause, rule: NeverAtRest, evidence: Evidence, sink: string): Finding {
  const sightings = evidence.sightings(sink)
  const sure = sightings.filter(sighting => evidence.bearing(sighting, rule.data) === 'sure')
  const proven = sure.filter(sighting => sighting.confirmed)
  const tier = evidence.observations(sink)[0]?.tier ?? null
  if (proven.length > 0) {
    const reason = `${whatWas(proven)} of class ${rule.data.join(', ')} found in ${proven.length} ${proven.length === 1 ? 'place' : 'places'}.`
    return finding(clause, { sink, verdict: 'fail', reason, tier, sightings: proven })
  }
  const unsure = sightings.filter(
    sighting => sure.includes(sighting) || evidence.bearing(sighting, rule.data) === 'possible',
  )
  const absence = absenceOfSink(evidence, sink)
  if (absence !== null && unsure.length === 0) {
    return finding(clause, { sink, verdict: 'not-applicable', reason: `There is no such place: ${absence}.`, tier })
  }
  const doubt =
    doubtOfSink(evidence, sink) ?? doubtOfTraffic(evidence, rule.data) ?? doubtOfOutputs(evidence, sink, rule.data)
  if (doubt !== null) return inconclusive(clause, sink, doubt, { tier, sightings: unsure })
  if (unsure.length > 0) {
    const doubtful = {
      reason: `${unsure.length} sightings that may be of class ${rule.data.join(', ')}, none of them certain.`,
      mend: 'Look at the places named; a longer field or an upstream of your own makes it certain.',
    }
    return inconclusive(clause, sink, doubtful, { tier, sightings: unsure })
  }
  const fewest = Math.min(...rule.data.map(one => evidence.exercised(one).length))
  return finding(clause, {
    sink,
    verdict: 'pass',
    reason: `Nothing found; the control was recovered.${outOfSight(evidence, sink)}`,
    bound: zeroOf(fewest),
    tier,
  })
}

/** `2 canaries`, `1 output`, or both. */
function whatWas(sightings: readonly Sighting[]): string {
  const outputs = new Set(sightings.filter(({ role }) => role === 'output').map(({ canary }) => canary)).size
  const canaries = new Set(sightings.map(({ canary }) => canary)).size - outputs
  const parts = [
    canaries === 0 ? '' : `${canaries} ${canaries === 1 ? 'canary' : 'canaries'}`,
    outputs === 0 ? '' : `${outputs} ${outputs === 1 ? 'output' : 'outputs'}`,
  ]
  return parts.filter(part => part !== '').join(' and ')
}
