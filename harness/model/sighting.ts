import { z } from 'zod'
import { Role } from './canary.ts'
import { Medium } from './medium.ts'

/** What a part of a process's memory is for, by its line in /proc/PID/maps. */
export const MemoryRegion = z.enum(['heap', 'stack', 'anonymous', 'file', 'shared', 'memfd'])
export type MemoryRegion = z.infer<typeof MemoryRegion>

/** Where a sighting was: enough to look it up again, never the bytes around it. Offsets and lengths are in bytes. */
export const Place = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('file'),
    path: z.string(),
    /** who wrote it, where that was seen */
    by: z.object({ pid: z.number().int(), name: z.string() }).optional(),
  }),
  z.object({ kind: z.literal('name'), path: z.string() }),
  z.object({ kind: z.literal('stream'), name: z.string() }),
  z.object({
    kind: z.literal('cell'),
    database: z.string(),
    schema: z.string(),
    table: z.string(),
    column: z.string(),
    /** the row's ctid, or the large object's oid */
    row: z.string(),
  }),
  /** memory of a process; the offset is the address */
  z.object({
    kind: z.literal('process'),
    pid: z.number().int(),
    name: z.string(),
    region: MemoryRegion,
  }),
  /** a block device, an image of one, or swap space: the offset is that of the device */
  z.object({ kind: z.literal('device'), path: z.string() }),
  z.object({
    kind: z.literal('door'),
    method: z.string(),
    url: z.string(),
    /** whose eyes: nobody's, or another tenant's */
    caller: z.enum(['anonymous', 'other-tenant']),
  }),
])
export type Place = z.infer<typeof Place>

/** The last name in `via` of an output that was known by its fingerprint. */
export const FINGERPRINT = 'fingerprint'

/** A canary, or an output that nobody chose, seen in a sink. */
export const Sighting = z.object({
  /** the 12-character id; characters that could not be read are `?` */
  canary: z.string(),
  role: Role,
  sink: z.string(),
  medium: Medium,
  /** the scan that saw it, such as `during-traffic`, `after-traffic`, `after-stop` */
  scan: z.string(),
  place: Place,
  /** byte offset in the place (for a decoded container: of the container) */
  offset: z.number().int(),
  /** length in bytes of the encoded canary; for an output, of the longest part of it that was seen */
  length: z.number().int(),
  /** sha256 of those bytes; for an output, an HMAC of them under the run's key */
  sha256: z.string(),
  /** decodings from the outside in, such as `["gzip","base64"]`; empty for plain */
  via: z.array(z.string()),
  /** false: too short to be certain; evidence, never alone a fail */
  confirmed: z.boolean(),
  at: z.string(),
})
export type Sighting = z.infer<typeof Sighting>

/** The place on one line, for people. */
export function placeText(place: Place): string {
  switch (place.kind) {
    case 'file':
      return place.by === undefined ? place.path : `${place.path} written by ${place.by.name} (${place.by.pid})`
    case 'process':
      return `${place.region} of ${place.name} (${place.pid})`
    case 'device':
      return `device ${place.path}`
    case 'name':
      return `name of ${place.path}`
    case 'stream':
      return place.name
    case 'cell':
      return `${place.database}.${place.schema}.${place.table}.${place.column} row ${place.row}`
    case 'door':
      return `${place.method} ${place.url} as ${place.caller}`
  }
}
