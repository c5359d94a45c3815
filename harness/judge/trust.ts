import type { DataClass } from '../model/canary.ts'
import type { Observation } from '../model/observation.ts'
import { type Evidence, isOutput } from './evidence.ts'
import type { Doubt } from './finding.ts'

/** Why silence of this sink proves nothing, or null where it does: every scan whole and every control recovered. */
export function doubtOfSink(evidence: Evidence, sink: string): Doubt | null {
  const observations = evidence.observations(sink)
  if (observations.length === 0) {
    return {
      reason: 'The sink was never scanned.',
      mend: 'Let the run come to its end; `lethe doctor` tells what is out of reach.',
    }
  }
  for (const observation of observations) {
    const doubt = doubtOfObservation(observation)
    if (doubt !== null) return doubt
  }
  return null
}

function doubtOfObservation({ control, incomplete, mend, scan, absent }: Observation): Doubt | null {
  const first = incomplete[0]
  if (absent !== undefined && first === undefined) return null
  if (!control.planted) {
    return {
      reason: `No control could be planted: ${control.reason ?? first?.reason ?? 'the sink gave no reason'}`,
      mend: mend ?? 'Give Lethe the right to plant its control there.',
    }
  }
  if (!control.recovered) {
    return {
      reason: `The control was not recovered by the scan ${scan}${control.reason === null ? '' : `: ${control.reason}`}.`,
      mend:
        mend ?? 'The sink does not show what is put there: check that it is the place that the deployment really uses.',
    }
  }
  if (first === undefined) return null
  const more = incomplete.length > 1 ? ` (and ${incomplete.length - 1} more)` : ''
  return {
    reason: `Not seen whole: ${first.path}: ${first.reason}${more}.`,
    mend: mend ?? 'Give Lethe the right to read it, or narrow the sink.',
  }
}

/** Why there was no such place in any scan of this sink, or null where there was one. */
export function absenceOfSink(evidence: Evidence, sink: string): string | null {
  const observations = evidence.observations(sink)
  const isAbsent = observations.every(({ absent, incomplete }) => absent !== undefined && incomplete.length === 0)
  return isAbsent ? (observations[0]?.absent ?? null) : null
}

/** Why the traffic proves nothing about these classes of data, or null. */
export function doubtOfTraffic(evidence: Evidence, data: readonly DataClass[]): Doubt | null {
  const { state, incidents } = evidence.record.meta
  if (state !== 'complete') {
    return { reason: `The run did not come to its end (${[state, ...incidents].join('; ')}).`, mend: 'Run it again.' }
  }
  if (incidents.length > 0)
    return {
      reason: `Something went wrong: ${incidents.join('; ')}.`,
      mend: 'Mend the deployment and run again.',
    }
  const silent = evidence.unansweredSurfaces()
  if (silent.length > 0) {
    return {
      reason: `No exchange of surface ${silent.join(', ')} was answered.`,
      mend: 'Check its base path, model and credentials, or leave it out; exchanges.ndjson tells what came back.',
    }
  }
  const missing = data.filter(one => evidence.exercised(one).length === 0)
  if (missing.length === 0) return null
  return {
    reason: `No exchange of class ${missing.join(', ')} was answered.`,
    mend: 'Check surfaces, models and credentials in the configuration; see exchanges.ndjson for what came back.',
  }
}

/** Why silence of this sink proves nothing about outputs that are known by their fingerprints alone, or null. */
export function doubtOfOutputs(evidence: Evidence, sink: string, data: readonly DataClass[]): Doubt | null {
  const { outputs } = evidence.record.meta
  if (outputs === undefined || !data.some(isOutput)) return null
  const [gap] = outputs.incomplete
  if (gap !== undefined)
    return { reason: `Outputs: ${gap}.`, mend: 'Drive less traffic, or declare an upstream of your own.' }
  const blind = evidence.observations(sink).find(({ control }) => control.fingerprinted === false)
  if (blind === undefined) return null
  return {
    reason: `The control was not found by its fingerprint in the scan ${blind.scan}, so outputs would not be either.`,
    mend: 'The sink keeps texts in another form: declare an upstream of your own, whose answers carry canaries.',
  }
}

/** What a pass of this sink does not speak of. */
export function outOfSight(evidence: Evidence, sink: string): string {
  const blindTo = evidence.observations(sink)[0]?.blindTo ?? null
  return blindTo === null ? '' : ` Out of its sight: ${blindTo}.`
}
