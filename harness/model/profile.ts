import { z } from 'zod'
import { DataClass } from './canary.ts'
import { Medium } from './medium.ts'
import { ValueShape } from './observation.ts'

const Day = z.iso.date().describe('A day, YYYY-MM-DD, UTC')
const Span = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, 'write a number and a unit, such as 30s, 10m, 24h, 7d')
  .describe('A duration')
const Data = z.array(DataClass).min(1).describe('The classes of data that the promise is about')
const Media = z.array(Medium).min(1).describe('The kinds of places that the promise is about')

/** A field that a log may hold, by its meaning: any of the names, with a value of one of the shapes. */
export const AllowedField = z.strictObject({
  meaning: z.string().describe('What the field is, such as "request id"'),
  names: z
    .array(z.string())
    .min(1)
    .describe('Names, matched in any case, with - _ . removed; a dotted name matches a nested field'),
  shapes: z.array(ValueShape).min(1),
})
export type AllowedField = z.infer<typeof AllowedField>

const rule = <K extends string, P extends z.ZodRawShape>(kind: K, parameters: P) =>
  z.strictObject({ kind: z.literal(kind), ...parameters })

/** What a promise means for a machine: one of the rule kinds, with its parameters. */
export const Rule = z.discriminatedUnion('kind', [
  rule('never-at-rest', { data: Data, media: Media }),
  rule('gone-within', {
    data: Data,
    media: Media,
    within: Span,
    clock: z.enum(['answered', 'completed', 'returned', 'created']),
    availableFor: Span.optional().describe('The shortest time for which it must be there'),
  }),
  rule('encrypted-at-rest', { data: Data, media: Media }),
  rule('only-fields', { media: Media, allow: z.array(AllowedField).min(1) }),
  rule('only-destinations', {
    data: Data,
    allow: z.array(
      z.strictObject({ models: z.array(z.string()).min(1), recipient: z.string(), hosts: z.array(z.string()) }),
    ),
  }),
  rule('sampled-at-most', {
    data: Data,
    media: Media,
    rate: z.number().min(0).max(1),
    confidence: z.number().gt(0).lt(1),
  }),
  rule('not-learned', { data: Data }),
  rule('isolated', { data: Data, between: z.enum(['tenants', 'requests']) }),
  rule('disclosed', { models: z.array(z.string()).min(1), what: z.string() }),
])
export type Rule = z.infer<typeof Rule>

export const Severity = z.enum(['critical', 'high', 'medium', 'low'])
export type Severity = z.infer<typeof Severity>

export const Clause = z.strictObject({
  id: z.string().regex(/^[A-Z]{2,4}(-[A-Z]+)+-\d+$/, 'write it like DI-INPUT-1'),
  title: z.string().max(80),
  section: z.string().describe('The heading in the source under which the promise stands'),
  statement: z.string().describe('The promise in our own words'),
  source: z.string().describe('The id of one of the profile’s sources'),
  severity: Severity,
  unquantified: z.boolean().default(false).describe('true where the source gives no number and the auditor chose one'),
  rule: Rule,
})
export type Clause = z.infer<typeof Clause>

export const Source = z.strictObject({
  id: z.string(),
  publisher: z.string(),
  title: z.string(),
  url: z.url().optional(),
  read: Day.describe('The day on which the source was read'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the text as it was read'),
  expires: Day.describe('From the day after, the reading counts as stale and reports say so'),
})
export type Source = z.infer<typeof Source>

/** A provider’s promises as data. */
export const Profile = z.strictObject({
  $schema: z.string().optional(),
  id: z.string(),
  title: z.string(),
  sources: z.array(Source).min(1),
  clauses: z.array(Clause).min(1),
})
export type Profile = z.infer<typeof Profile>
