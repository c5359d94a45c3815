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
    kind: z.literal('disk-writes'),
    name,
    paths: z
      .array(z.string())
      .min(1)
      .describe('Folders whose file systems the deployment writes to; temp folders and /dev/shm are watched besides'),
    channel: z
      .enum(['auto', 'fanotify', 'strace', 'chokidar'])
      .default('auto')
      .describe(
        'How it is seen: fanotify (root), strace (of a process that Lethe starts), chokidar (what stays for a moment); auto: the first that works',
      ),
    deep: z
      .boolean()
      .default(false)
      .describe(
        'By fanotify on Linux 6.14 or newer: on the file systems of `paths`, everybody who opens, reads, writes or cuts a file waits until it has been read',
      ),
  }),
  z.strictObject({
    kind: z.literal('disk-deleted').describe('Deleted files that processes of the deployment still hold'),
    name,
  }),
  z.strictObject({
    kind: z.literal('disk-raw'),
    name,
    path: z.string().describe('A block device or an image of one; `${disk}` for that of disk: forensic'),
    minutes: z.number().positive().default(10).describe('For one scan; what is left then is said'),
  }),
  z.strictObject({
    kind: z.literal('disk-swap').describe('Every swap area that is on'),
    name,
  }),
  z.strictObject({
    kind: z.literal('disk-dumps').describe('Core dumps, heap snapshots and crash reports'),
    name,
    paths: z.array(z.string()).default([]).describe('Folders for dumps besides those that Lethe finds'),
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
