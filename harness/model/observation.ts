import { z } from 'zod'
import { Medium, Tier } from './medium.ts'

/** Something that a scan did not see, and why. Each keeps a pass away from the sink. */
export const Gap = z.object({ path: z.string(), reason: z.string() })
export type Gap = z.infer<typeof Gap>

/** The shape of a value: what kind of text it is, never the text. */
export const ValueShape = z.enum([
  'null',
  'boolean',
  'number',
  'time',
  'id',
  'token',
  'url-path',
  'free-text',
  'empty',
  'list',
  'object',
])
export type ValueShape = z.infer<typeof ValueShape>

/** One field of one kind of log record, over all records of a scan. */
export const FieldSeen = z.object({
  /** how the record was read: `json`, `logfmt`, `text` (no known shape) */
  format: z.enum(['json', 'logfmt', 'text']),
  /** dotted path, list positions as `[]`; for `text` records the template with its slots as `*` */
  field: z.string(),
  shape: ValueShape,
  count: z.number().int(),
  /** where the first one was: stream or file, and line */
  first: z.string(),
})
export type FieldSeen = z.infer<typeof FieldSeen>

/** Memory is sampled: what had happened until then. */
export const Sample = z.object({
  /**
   * `asked`: a request was held under way, at an upstream of ours that had it and had not answered; `answering`: that had
   * answered all but the last byte; `under-way`: a request was under way; `after`: none was, all had been answered
   */
  phase: z.enum(['asked', 'answering', 'under-way', 'after']),
  /** exchanges that had ended */
  requests: z.number().int(),
})
export type Sample = z.infer<typeof Sample>

/** What one sink could see in one scan: its coverage. */
export const Observation = z.object({
  sink: z.string(),
  medium: Medium,
  tier: Tier,
  scan: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  bytes: z.number().int(),
  items: z.number().int(),
  /** the planted control; `reason` says why it was not planted or not recovered */
  control: z.object({
    id: z.string().nullable(),
    planted: z.boolean(),
    recovered: z.boolean(),
    reason: z.string().nullable(),
    /** whether its text was found by fingerprint too; left out where outputs carry canaries of their own */
    fingerprinted: z.boolean().optional(),
  }),
  incomplete: z.array(Gap),
  /** looked at and left out on purpose, with no effect on the verdict (such as Lethe's own files) */
  skipped: z.array(Gap),
  decoys: z.number().int(),
  /** log sinks only: every field seen */
  fields: z.array(FieldSeen).optional(),
  /** why there was no such place: nothing could rest in it, and no control be there; left out where there was one */
  absent: z.string().optional(),
  /** what this kind of sink cannot see however well it works, or null */
  blindTo: z.string().nullable(),
  /** sinks of memory only */
  sample: Sample.optional(),
  /** what to do about a sink that was out of reach, or null */
  mend: z.string().nullable(),
})
export type Observation = z.infer<typeof Observation>
