import { z } from 'zod'
import { DecayCurve } from './decay.ts'
import { Tier } from './medium.ts'
import { Observation } from './observation.ts'
import { Severity } from './profile.ts'
import { Sighting } from './sighting.ts'

export const Verdict = z.enum(['pass', 'fail', 'inconclusive', 'not-applicable'])
export type Verdict = z.infer<typeof Verdict>

const WORST_FIRST: readonly Verdict[] = ['fail', 'inconclusive', 'pass', 'not-applicable']

/** fail > inconclusive > pass > not-applicable; of nothing: inconclusive, since nothing was shown. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return WORST_FIRST.find(verdict => verdicts.includes(verdict)) ?? 'inconclusive'
}

/** A log field that decided an `only-fields` finding. */
export const FieldVerdict = z.object({
  field: z.string(),
  format: z.string(),
  shape: z.string(),
  count: z.number().int(),
  first: z.string(),
  verdict: z.enum(['allowed', 'denied', 'unaudited']),
  /** the meaning that allows it, or why it is not allowed */
  reason: z.string(),
})
export type FieldVerdict = z.infer<typeof FieldVerdict>

/** The judgement of one clause at one sink. */
export const Finding = z.object({
  clause: z.string(),
  title: z.string(),
  rule: z.string(),
  severity: Severity,
  /** the sink's id; the bare medium (or `none`) where no sink could judge */
  sink: z.string(),
  verdict: Verdict,
  reason: z.string(),
  /** what to do about an inconclusive one */
  mend: z.string().nullable(),
  /** the detection limit, such as "0 of 120 exchanges; at most 2.5 % at 95 %" */
  bound: z.string().nullable(),
  tier: Tier.nullable(),
  unquantified: z.boolean(),
  /** at most 20 sightings as evidence; `sightingCount` says how many there were */
  sightings: z.array(Sighting),
  sightingCount: z.number().int(),
  fields: z.array(FieldVerdict).optional(),
})
export type Finding = z.infer<typeof Finding>

/** What `results.json` holds. */
export const Results = z.object({
  $schema: z.string(),
  lethe: z.string(),
  run: z.string(),
  profile: z.object({ id: z.string(), title: z.string(), sha256: z.string() }),
  deployment: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  verdict: Verdict,
  exitCode: z.number().int(),
  policy: z.object({ inconclusive: z.enum(['fail', 'warn']), failOn: Severity }),
  counts: z.object({
    exchanges: z.number().int(),
    answered: z.number().int(),
    canaries: z.number().int(),
    sightings: z.number().int(),
  }),
  findings: z.array(Finding),
  coverage: z.array(Observation),
  /** of sinks of memory that were sampled */
  decay: z.array(DecayCurve).optional(),
  /** exchanges by outcome and by fault, and what was not driven with the reason */
  traffic: z.object({
    outcomes: z.record(z.string(), z.number().int()),
    faults: z.record(z.string(), z.number().int()),
    notDriven: z.array(z.object({ what: z.string(), reason: z.string() })),
  }),
  /** why the run as a whole cannot be trusted; not empty means exit code 4 */
  invalid: z.array(z.string()),
  /** remarks that change no verdict, such as a stale source */
  notes: z.array(z.string()),
})
export type Results = z.infer<typeof Results>
