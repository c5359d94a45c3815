import type { Canary } from '../model/canary.ts'
import type { Medium, Tier } from '../model/medium.ts'
import type { FieldSeen, Gap } from '../model/observation.ts'
import type { Place, Sighting } from '../model/sighting.ts'
import type { Scanner } from '../scan/scan.ts'

/** What a sink is given. It reads no clock and no randomness of its own. */
export interface SinkContext {
  readonly scanner: Scanner
  /** aborted when the run is interrupted: end soon, keep what was seen */
  readonly signal: AbortSignal
  readonly now: () => Date
  /** paths that are Lethe's own (the run folder, the key): never scanned */
  readonly own: readonly string[]
}

/** A sighting as a sink knows it; the run adds sink, medium, scan and time. */
export type SinkSighting = Pick<Sighting, 'canary' | 'role' | 'offset' | 'length' | 'sha256' | 'via' | 'confirmed'> & {
  readonly place: Place
  /** set where it was seen before the scan, such as `during-traffic` */
  readonly scan?: string
  /** set where it is told later than it was so, as of memory that was copied */
  readonly at?: Date
}

/** What one scan covered. `incomplete` keeps a pass away; `skipped` does not. */
export interface Coverage {
  readonly bytes: number
  readonly items: number
  readonly incomplete: readonly Gap[]
  readonly skipped: readonly Gap[]
  readonly fields?: readonly FieldSeen[]
  /** why there is no such place here, such as a machine without swap: nothing can rest in it, and no control can be there */
  readonly absent?: string
}

/**
 * A place where data may rest or leave. `open` before traffic, `plant` a control, `scan` when traffic has settled.
 *
 * What may repeat: `scan` (each scan reports everything that is there now, and what was seen since the sink
 * was opened). What never happens: a hang (a FIFO, a device, a server that does not answer is bounded in time), a
 * change to the deployment other than the control, a sighting of bytes around the canary.
 */
export interface Sink {
  /** `<medium>:<name>`, unique in a run */
  readonly id: string
  readonly medium: Medium
  readonly tier: Tier
  /** what this kind of sink cannot see however well it works, said beside every pass; null for nothing */
  readonly blindTo: string | null
  /** `before-start` sinks are opened before the deployment runs, `before-traffic` ones once it is ready */
  readonly opens: 'before-start' | 'before-traffic'
  /** @throws LetheError SINK_DENIED or SINK_UNREACHABLE, with the mend; the sink is then inconclusive */
  open(context: SinkContext): Promise<OpenSink>
}

export interface OpenSink extends AsyncDisposable {
  /** where only opening shows how far this sink sees: in place of what the sink says */
  readonly sight?: Pick<Sink, 'tier' | 'blindTo'>
  /**
   * Put the control where the deployment's data would be; once more, the same, where a restart of the deployment lost it.
   * @throws LetheError SINK_DENIED when that cannot be done
   */
  plant(control: Canary): Promise<void>
  /** A value that changes while the sink still receives data; the run settles when it stands still. */
  pulse(): Promise<string>
  /** @param onTaken called, where the sink can, once it has all that it needs of the deployment, before it has searched it */
  scan(emit: (sighting: SinkSighting) => void, onTaken?: () => void): Promise<Coverage>
  /** Removes the control and closes. Idempotent. */
  [Symbol.asyncDispose](): Promise<void>
}
