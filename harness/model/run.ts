import { z } from 'zod'
import type { CanaryRecord } from './canary.ts'
import type { Exchange } from './exchange.ts'
import { Medium } from './medium.ts'
import type { Observation } from './observation.ts'
import type { Profile } from './profile.ts'
import { AllowedField, Severity } from './profile.ts'
import type { Sighting } from './sighting.ts'

/** What an inconclusive clause does to the exit code, and from which severity on a violation does. */
export const Policy = z.object({ inconclusive: z.enum(['fail', 'warn']), failOn: Severity })
export type Policy = z.infer<typeof Policy>

/** `run.json`: what was run, against what, with which profile. */
export const RunMeta = z.object({
  lethe: z.string(),
  id: z.string(),
  /** how far it came: `open` until collection has ended */
  state: z.enum(['open', 'complete', 'interrupted', 'broken']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  /** sha256 of the run's secret: the seed commitment */
  commitment: z.string(),
  profile: z.object({ id: z.string(), sha256: z.string() }),
  deployment: z.object({ name: z.string(), driver: z.string(), sha256: z.string() }),
  sinks: z.array(z.object({ id: z.string(), medium: Medium })),
  /** fields that this deployment declares as harmless, added to the profile's */
  harmless: z.array(AllowedField),
  policy: Policy,
  notDriven: z.array(z.object({ what: z.string(), reason: z.string() })),
  /** what went wrong with the deployment, such as "exited with code 1 during traffic" */
  incidents: z.array(z.string()),
  /** outputs that nobody chose and that are looked for by fingerprint; left out where outputs carry canaries */
  outputs: z
    .object({
      /** that came back, long enough to be told from others */
      kept: z.number().int(),
      /** with enough in them that occurs nowhere else */
      distinct: z.number().int(),
      /** why others are not looked for */
      incomplete: z.array(z.string()),
      /** why no sighting of them is certain, or null */
      doubt: z.string().nullable(),
    })
    .optional(),
  runtime: z.object({ node: z.string(), platform: z.string(), uid: z.number().nullable() }),
})
export type RunMeta = z.infer<typeof RunMeta>

/** A recorded run: all that the judge may know. */
export interface RunRecord {
  readonly meta: RunMeta
  readonly profile: Profile
  readonly profileSha256: string
  readonly canaries: readonly CanaryRecord[]
  readonly exchanges: readonly Exchange[]
  readonly observations: readonly Observation[]
  readonly sightings: readonly Sighting[]
}
