import { z } from 'zod'
import { Credentials, SinkDeclaration } from '../model/declaration.ts'
import { AllowedField, Severity } from '../model/profile.ts'
import { Policy } from '../model/run.ts'
import type { Service } from '../model/service.ts'

const Span = z
  .string()
  .regex(/^\d+(ms|s|m|h)$/, 'write a number and a unit, such as 500ms, 10s, 2m')
  .describe('A duration')

const External = z.strictObject({
  driver: z.literal('external').describe('Runs already; Lethe starts and stops nothing'),
  baseUrl: z.url(),
  pids: z
    .array(z.int().positive())
    .default([])
    .describe('Its processes: their memory is read, and their children count as its own'),
})

const Process = z.strictObject({
  driver: z
    .literal('process')
    .describe('Lethe starts it and stops it, in a fresh folder with a HOME and a TMPDIR of its own'),
  command: z.array(z.string()).min(1).describe('Program and arguments; no shell'),
  cwd: z.string().optional().describe('Working folder; a fresh one where left out'),
  env: z.record(z.string(), z.string()).default({}).describe('Added to PATH, HOME, TMPDIR; nothing else is inherited'),
  files: z
    .record(z.string(), z.string())
    .default({})
    .describe('Files to write before the start: path below the fresh folder to content'),
  baseUrl: z.string().default('http://127.0.0.1:${port}'),
  ready: z
    .strictObject({ path: z.string().default('/'), within: Span.default('20s') })
    .prefault({})
    .describe('It is ready when this path answers, with any status'),
  stopWithin: Span.default('5s').describe('From SIGTERM to SIGKILL'),
  disk: z
    .enum(['plain', 'forensic'])
    .default('plain')
    .describe(
      'forensic: its folder lies on a file system in memory that keeps what was once written, for a disk-raw sink of ${disk}; needs root',
    ),
  diskMiB: z
    .int()
    .min(64)
    .max(1_048_576)
    .default(512)
    .describe('Size of the forensic disk; it takes as much memory as is written'),
})

const SurfaceChoice = z.strictObject({
  surface: z.string().describe('Such as openai.chat'),
  base: z.string().startsWith('/').optional().describe('Base path of the API, such as /v1/openai'),
  model: z.string().optional(),
})

const Traffic = z.strictObject({
  size: z.int().min(200).max(1_048_576).default(4096).describe('Bytes of a long field, 200 to 1048576'),
  faults: z.union([z.literal('all'), z.literal('none'), z.array(z.string())]).default('all'),
  bodies: z
    .array(z.int().min(1024).max(268_435_456))
    .max(16)
    .optional()
    .describe(
      'Sizes of large bodies in bytes, 1 KiB to 256 MiB; left out: 16 KiB, 1, 16 and 64 MiB where faults is all, else none',
    ),
  crashes: z
    .union([z.literal('all'), z.literal('none'), z.array(z.string())])
    .optional()
    .describe(
      'What ends the deployment in mid-request (process driver only), each once; it must come up again. kill, segfault, terminate, disk-full; left out: all where faults is all, else none',
    ),
  repeat: z.int().min(1).max(10_000).default(1).describe('How often the whole plan is driven'),
  timeout: Span.default('10s').describe('For one request'),
  upstreamTimeout: Span.default('10s').describe('How long the upstream-stall fault waits before it gives up'),
  budget: Span.default('10m').describe('For all traffic; what is left then is not driven, and said'),
  headers: z.record(z.string(), z.string()).default({}).describe('Sent with every request, such as a routing header'),
})

const Memory = z
  .strictObject({
    requests: z
      .array(z.int().min(1).max(10_000))
      .default([1, 10, 100])
      .describe('After so many further requests memory is looked at again, as long as something is left in it'),
    times: z
      .array(Span)
      .default(['1s', '5s', '15s', '30s'])
      .describe(
        'Then so long after the last answer, as long as something is left; and when the time that a clause grants is over',
      ),
    atMost: Span.default('5m').describe('A clause that grants more is not waited for'),
  })
  .describe('When memory is sampled, besides while requests are under way and at once after their answers')

const isService = (value: unknown): value is Service =>
  typeof value === 'object' && value !== null && typeof (value as Service).start === 'function'

/** A configuration: what is tested, with which traffic, where to look, by which profile. */
export const Config = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'use lower-case letters, digits and -'),
  profile: z.string().default('deepinfra').describe('A packaged profile’s name, or the path of a YAML file'),
  out: z.string().default('.lethe/runs').describe('Folder for run folders'),
  deployment: z.discriminatedUnion('driver', [External, Process]),
  services: z.record(z.string(), z.custom<Service>(isService, 'a service has a start() function')).default({}),
  credentials: z
    .strictObject({
      caller: Credentials.default({}),
      otherTenant: Credentials.optional().describe('Another tenant’s; doors are tried with it where it is given'),
    })
    .prefault({}),
  surfaces: z.array(SurfaceChoice).min(1),
  traffic: Traffic.prefault({}),
  sinks: z.array(SinkDeclaration).default([]),
  harmless: z.array(AllowedField).default([]).describe('Log fields that this deployment declares as harmless metadata'),
  memory: Memory.prefault({}),
  settle: z.strictObject({ quiet: Span.default('500ms'), atMost: Span.default('10s') }).prefault({}),
  inconclusive: Policy.shape.inconclusive.default('fail'),
  failOn: Severity.default('low'),
})
export type Config = z.infer<typeof Config>
export type ConfigInput = z.input<typeof Config>
