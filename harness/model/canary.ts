import { z } from 'zod'

/**
 * Why a canary exists. Decoys are never sent; controls are planted by Lethe itself; upstream canaries are answers. An
 * output is an answer that nobody chose: its id stands for it, and it is known by its fingerprint alone.
 */
export const Role = z.enum(['payload', 'control', 'decoy', 'upstream', 'output'])
export type Role = z.infer<typeof Role>

/** Kinds of data that promises distinguish. */
export const DataClass = z.enum(['input', 'output', 'image-output', 'bulk-input', 'bulk-output'])
export type DataClass = z.infer<typeof DataClass>

/**
 * What a canary stands for, without its text: `canaries.ndjson` holds one a line. The text follows from
 * the id and the run's key, so this record may be shared.
 */
export const CanaryRecord = z.object({
  id: z.string().length(12),
  role: Role,
  /** null for controls and decoys */
  data: DataClass.nullable(),
  /** the exchange that carried it, or null */
  exchange: z.string().nullable(),
  /** the field that carried it, such as `messages[0].content`; for a control the sink's id; for a hand-made one `manual` */
  field: z.string().nullable(),
  /** where in the field: previews keep the head, error messages the tail */
  position: z.enum(['whole', 'head', 'middle', 'tail']),
})
export type CanaryRecord = z.infer<typeof CanaryRecord>

/** A canary with its text (52 characters): never written to a run. */
export interface Canary extends CanaryRecord {
  readonly text: string
}
