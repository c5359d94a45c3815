import { z } from 'zod'
import { DataClass } from './canary.ts'
import { Sample } from './observation.ts'

/** One sample of memory on a decay curve. */
const DecayPoint = z.object({
  /** the scan that took it */
  scan: z.string(),
  phase: Sample.shape.phase,
  /** since the last answer to what the curve is about, in seconds; below zero where it was still to come */
  seconds: z.number(),
  /** requests that had ended after that answer */
  requests: z.number().int(),
  /** false: something was not read, so that there may have been more */
  complete: z.boolean(),
  /** canaries, each as often as it stood somewhere, by class of data and encoding chain (`plain` for none) */
  copies: z.array(z.object({ data: DataClass, via: z.string(), copies: z.number().int() })),
})

/** How what was sent until the first sample after an answer is forgotten by a sink of memory: copies over requests and time. */
export const DecayCurve = z.object({
  sink: z.string(),
  points: z.array(DecayPoint),
  /** what clauses grant, in seconds */
  granted: z.array(z.object({ clause: z.string(), data: z.array(DataClass), seconds: z.number() })),
})
export type DecayCurve = z.infer<typeof DecayCurve>
