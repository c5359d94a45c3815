import type { CanaryRecord } from '../model/canary.ts'
import type { DecayCurve } from '../model/decay.ts'
import { milliseconds } from '../model/duration.ts'
import type { Observation, Sample } from '../model/observation.ts'
import type { Clause } from '../model/profile.ts'
import type { RunRecord } from '../model/run.ts'
import type { Sighting } from '../model/sighting.ts'

type Sampled = Observation & { readonly sample: Sample }

/** The decay curve of each sink of memory that was sampled after an answer. */
export function decayCurves(record: RunRecord): DecayCurve[] {
  return record.meta.sinks.flatMap(({ id }) => {
    const samples = record.observations.filter(isSampled).filter(({ sink }) => sink === id)
    const first = samples.find(({ sample }) => sample.phase === 'after')
    return first === undefined ? [] : [curveOf(id, samples, Date.parse(first.startedAt), record)]
  })
}

function isSampled(observation: Observation): observation is Sampled {
  return observation.sample !== undefined
}

/** @param first when the first sample after an answer was taken: what was sent later would blur the curve */
function curveOf(sink: string, samples: readonly Sampled[], first: number, record: RunRecord): DecayCurve {
  const ended = record.exchanges.filter(({ endedAt }) => Date.parse(endedAt) <= first)
  const answered = ended.reduce((last, { endedAt }) => Math.max(last, Date.parse(endedAt)), 0)
  const cohort = new Set<string | null>(ended.map(({ id }) => id))
  const canaries = new Map(record.canaries.filter(({ exchange }) => cohort.has(exchange)).map(one => [one.id, one]))
  const sightings = record.sightings.filter(one => one.sink === sink && one.confirmed && canaries.has(one.canary))
  return {
    sink,
    points: samples.map(({ scan, startedAt, incomplete, sample }) => ({
      scan,
      phase: sample.phase,
      seconds: (Date.parse(startedAt) - (answered || first)) / 1000,
      requests: Math.max(0, sample.requests - ended.length),
      complete: incomplete.length === 0,
      copies: copiesOf(
        sightings.filter(one => one.scan === scan),
        canaries,
      ),
    })),
    granted: record.profile.clauses.flatMap(grantOf),
  }
}

function copiesOf(sightings: readonly Sighting[], canaries: ReadonlyMap<string, CanaryRecord>) {
  const counted = new Map<string, DecayCurve['points'][number]['copies'][number]>()
  for (const { canary, via } of sightings) {
    const data = canaries.get(canary)?.data ?? null
    if (data === null) continue
    const chain = via.join(' → ') || 'plain'
    const before = counted.get(`${data} ${chain}`)
    counted.set(`${data} ${chain}`, { data, via: chain, copies: (before?.copies ?? 0) + 1 })
  }
  return [...counted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, copies]) => copies)
}

function grantOf({ id, rule }: Clause): DecayCurve['granted'] {
  if (rule.kind !== 'gone-within' || !rule.media.includes('memory')) return []
  return [{ clause: id, data: rule.data, seconds: milliseconds(rule.within) / 1000 }]
}
