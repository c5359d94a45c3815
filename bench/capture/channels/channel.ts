import type { SinkEnvironment } from '../../../harness/sinks/registry.ts'
import type { Sink } from '../../../harness/sinks/sink.ts'
import type { Ground, GroundKind } from '../grounds/ground.ts'
import type { Pattern } from '../patterns/pattern.ts'

/** A way to see what a deployment writes: one or more sinks, opened together over one ground. */
export interface Channel {
  /** unique; the head of its column */
  readonly name: string
  /** what it looks at, and by which means */
  readonly how: string
  /** `writes`: while they happen. `rest`: at what stays of them, when it is asked. `memory`: at that of processes, when it is asked */
  readonly looks: 'writes' | 'rest' | 'memory'
  /** whether it catches what lives for a moment is a matter of chance: no gap is closed by it */
  readonly isByChance?: true
  /** on which grounds it can look */
  readonly grounds: readonly GroundKind[]
  /** milliseconds for which alone it is tried, where its looks take long; else all that the ground is tried with */
  readonly holds?: readonly number[]
  /** Why it cannot look on this machine: null where it can. */
  missing(): string | null
  /** Why a pattern that it misses is missed by it, as far as that follows from what it looks at. */
  whyMissed(pattern: Pattern): string
  /** Its sinks over a ground. */
  sinks(ground: Ground, environment: SinkEnvironment): Sink[]
}
