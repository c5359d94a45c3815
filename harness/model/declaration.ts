import { z } from 'zod'

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and -')
  .optional()
  .describe('Name in reports; made from the rest where it is left out')

/** A sink as a configuration declares it. `${…}` placeholders are already filled in when a sink is made from it. */
export const SinkDeclaration = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('disk'),
    name,
    path: z.string().describe('A folder tree (or one file) where the deployment may write'),
  }),
  z.strictObject({
    kind: z.literal('log-file'),
    name,
    path: z.string().describe('A log file, or a glob of several'),
    control: z
      .enum(['append', 'none'])
      .default('append')
      .describe(
        'append: one JSON line with the control is appended to the newest file; none: the sink stays inconclusive',
      ),
  }),
  z.strictObject({
    kind: z.literal('stdio'),
    name,
    stream: z.enum(['stdout', 'stderr']).describe('Of the process that Lethe starts'),
  }),
  z.strictObject({
    kind: z.literal('postgres'),
    name,
    url: z.string().describe('postgres://user:password@host:port/database; reading rights are enough'),
    controlUrl: z.string().optional().describe('A role that may create a table for the control; `url` where left out'),
  }),
  z.strictObject({
    kind: z.literal('memory'),
    name,
  }),
  z.strictObject({
    kind: z.literal('doors'),
    name,
    paths: z
      .array(z.string().startsWith('/'))
      .default([])
      .describe('End-points to read back from, besides those discovered; GET only'),
    discover: z.boolean().default(true).describe('Also try the OpenAPI document’s and a short list of well-known ones'),
  }),
])
export type SinkDeclaration = z.infer<typeof SinkDeclaration>
export type SinkKind = SinkDeclaration['kind']
export type DeclarationOf<K extends SinkKind> = Extract<SinkDeclaration, { kind: K }>

/** Header values that identify a caller, such as `{ authorization: "Bearer …" }`. */
export const Credentials = z.record(z.string(), z.string())
export type Credentials = z.infer<typeof Credentials>
