import { milliseconds } from '../../model/duration.ts'
import type { Exchange, Outcome } from '../../model/exchange.ts'
import type { Finding } from '../../model/finding.ts'
import type { Observation } from '../../model/observation.ts'
import type { Clause, Rule } from '../../model/profile.ts'
import type { Sighting } from '../../model/sighting.ts'
import { zeroOf } from '../bound.ts'
import { type Evidence, isOutput } from '../evidence.ts'
import { type Doubt, finding, inconclusive, withoutSink } from '../finding.ts'
import { doubtOfSink, doubtOfTraffic, outOfSight } from '../trust.ts'
import { unjudgedAt } from './unjudged.ts'

type GoneWithin = Extract<Rule, { kind: 'gone-within' }>

/** Outcomes that tell when the deployment was done with a request; of others it may be at work long after. */
const SEEN_TO_END: readonly Outcome[] = ['answered', 'refused', 'failed', 'garbled']

/**
 * Data of these classes is gone from memory when the time that is granted has passed: since the first byte of the answer
 * (clock `answered`), or its last (`completed`, `returned`, `created`). Of other media nothing is judged yet.
 *
 * A sighting later than that is a violation. A pass takes a sample after the last answer that shows nothing any more, and
 * that the data was seen in memory before, or was not while a request was surely under way.
 */
export function goneWithin(clause: Clause, rule: GoneWithin, evidence: Evidence): Finding[] {
  return rule.media.flatMap(medium => {
    if (medium !== 'memory') return unjudgedAt(clause, rule, [medium])
    const sinks = evidence.sinks([medium])
    if (sinks.length === 0) return [withoutSink(clause, medium)]
    return sinks.map(sink => judgeSink(clause, rule, evidence, sink))
  })
}

function judgeSink(clause: Clause, rule: GoneWithin, evidence: Evidence, sink: string): Finding {
  const sightings = evidence.sightings(sink).filter(one => evidence.bearing(one, rule.data) !== 'none')
  const tier = evidence.observations(sink)[0]?.tier ?? null
  const late = lateOnes(sightings, rule, evidence)
  const proven = late.filter(sighting => isProof(sighting, rule, evidence))
  if (proven.length > 0) {
    return finding(clause, {
      sink,
      verdict: 'fail',
      reason: whatStayed(proven, rule, evidence),
      tier,
      sightings: proven,
    })
  }
  const doubt =
    doubtOfSink(evidence, sink) ??
    doubtOfTraffic(evidence, rule.data) ??
    doubtOfUnmarked(rule, evidence) ??
    doubtOfLate(late, rule) ??
    doubtOfSamples(rule, evidence, sink, sightings)
  if (doubt !== null)
    return inconclusive(clause, sink, doubt, { tier, sightings: late.length > 0 ? late : sightings.slice(-1) })
  return finding(clause, {
    sink,
    verdict: 'pass',
    reason: whatWent(rule, evidence, sink, sightings) + outOfSight(evidence, sink),
    bound: zeroOf(Math.min(...rule.data.map(one => evidence.exercised(one).length))),
    tier,
  })
}

/** Milliseconds since 1970 from which on nothing of the exchange may be there. */
function dueOf({ answeredAt, endedAt }: Exchange, { clock, within }: GoneWithin): number {
  return Date.parse(clock === 'answered' ? (answeredAt ?? endedAt) : endedAt) + milliseconds(within)
}

/** What cannot be told to be of one exchange is late when it would be of any. */
function lateOnes(sightings: readonly Sighting[], rule: GoneWithin, evidence: Evidence): Sighting[] {
  const lastDue = evidence.record.exchanges.reduce((last, one) => Math.max(last, dueOf(one, rule)), 0)
  return sightings.filter(sighting => {
    const exchange = evidence.exchangeOf(sighting)
    return Date.parse(sighting.at) > (exchange === null ? lastDue : dueOf(exchange, rule))
  })
}

function isProof(sighting: Sighting, rule: GoneWithin, evidence: Evidence): boolean {
  const exchange = evidence.exchangeOf(sighting)
  if (exchange === null || !SEEN_TO_END.includes(exchange.outcome)) return false
  return sighting.confirmed && sighting.role !== 'output' && evidence.bearing(sighting, rule.data) === 'sure'
}

/** Outputs that carry no canary are not looked for in memory. */
function doubtOfUnmarked({ data }: GoneWithin, evidence: Evidence): Doubt | null {
  if (!data.some(isOutput) || !evidence.outputsByEchoOnly()) return null
  return {
    reason: 'Outputs of this run carry no canaries, and memory is not searched for anything else of them.',
    mend: 'Declare an upstream of your own, whose answers carry canaries.',
  }
}

function doubtOfLate(late: readonly Sighting[], { within }: GoneWithin): Doubt | null {
  if (late.length === 0) return null
  return {
    reason: `${late.length} sightings after the ${within} that are granted, none of them certain: of a part of a canary, or of a request that was never answered.`,
    mend: 'Look at the places named; exchanges.ndjson tells how the requests ended.',
  }
}

function doubtOfSamples(
  { data, within }: GoneWithin,
  evidence: Evidence,
  sink: string,
  sightings: readonly Sighting[],
): Doubt | null {
  const last = lastSample(evidence, sink)
  const ended = lastEnd(data.flatMap(one => evidence.exercised(one)))
  if (last === undefined || Date.parse(last.startedAt) < ended) {
    return { reason: 'Memory was not sampled after the last answer.', mend: 'Let the run come to its end.' }
  }
  const left = sightings.filter(({ at }) => Date.parse(at) >= Date.parse(last.startedAt))
  if (left.length > 0) {
    return {
      reason: `${left.length} copies were left in the last sample, which was taken before the ${within} that are granted had passed.`,
      mend: 'Let memory be sampled for longer: memory.atMost in the configuration.',
    }
  }
  const unseen = data.filter(one => !isSeen(one, evidence, sightings) && !wasHeld(one, evidence, sink))
  if (unseen.length === 0) return null
  return {
    reason: `Data of class ${unseen.join(', ')} was never seen in memory, also not while a request was held under way, which could not be done: that nothing is there says nothing.`,
    mend: 'Declare an upstream of your own that holds its answers back (`reply.hold`), or drive larger requests.',
  }
}

function lastSample(evidence: Evidence, sink: string): Observation | undefined {
  return evidence.observations(sink).findLast(({ sample }) => sample?.phase === 'after')
}

function isSeen(one: GoneWithin['data'][number], evidence: Evidence, sightings: readonly Sighting[]): boolean {
  return sightings.some(sighting => sighting.confirmed && evidence.bearing(sighting, [one]) === 'sure')
}

/**
 * Whether memory was sampled while the deployment surely had data of this class to do with: its answer was held back until
 * after the sample, and came. One that gave up meanwhile may have been done with it before.
 */
function wasHeld(one: GoneWithin['data'][number], evidence: Evidence, sink: string): boolean {
  const phases = isOutput(one) ? ['answering'] : ['asked', 'answering']
  return evidence
    .observations(sink)
    .some(
      ({ sample, startedAt }) =>
        phases.includes(sample?.phase ?? '') && evidence.isUnderWay(one, Date.parse(startedAt)),
    )
}

/** Milliseconds since 1970. */
function lastEnd(exchanges: readonly Exchange[]): number {
  return exchanges.reduce((last, { endedAt }) => Math.max(last, Date.parse(endedAt)), 0)
}

function whatStayed(proven: readonly Sighting[], rule: GoneWithin, evidence: Evidence): string {
  const canaries = new Set(proven.map(({ canary }) => canary)).size
  const age = (sighting: Sighting): number => {
    const exchange = evidence.exchangeOf(sighting)
    return exchange === null ? 0 : Date.parse(sighting.at) - dueOf(exchange, rule) + milliseconds(rule.within)
  }
  const latest = proven.reduce((most, sighting) => Math.max(most, age(sighting)), 0)
  const many = canaries === 1 ? '1 canary' : `${canaries} canaries`
  return `${many} of class ${rule.data.join(', ')} still there after more than ${rule.within}, at most ${(latest / 1000).toFixed(1)} s after the answer, in ${proven.length} sightings.`
}

function whatWent({ data }: GoneWithin, evidence: Evidence, sink: string, sightings: readonly Sighting[]): string {
  const last = lastSample(evidence, sink)
  const ended = lastEnd(evidence.record.exchanges)
  const after = ((Date.parse(last?.startedAt ?? '') - ended) / 1000).toFixed(1)
  const before = data.every(one => isSeen(one, evidence, sightings))
    ? 'Seen in memory before'
    : 'Held so briefly that it was not seen even while a request was held under way'
  return `${before}, and nothing was left ${after} s after the last answer; the control was recovered in each sample.`
}
