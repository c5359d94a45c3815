import type { Tier } from '../model/medium.ts'

/** A way to look into a kind of place, and whether it can be used from here. */
export interface Channel {
  /** `<medium>.<way>` */
  readonly id: string
  readonly available: boolean
  readonly tier: Tier
  readonly reason: string | null
  readonly mend: string | null
}

export function open(id: string, tier: Tier): Channel {
  return { id, available: true, tier, reason: null, mend: null }
}

export function closed(id: string, tier: Tier, reason: string, mend: string): Channel {
  return { id, available: false, tier, reason, mend }
}
