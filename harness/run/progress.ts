/** The stages of collecting, in their order. */
export const STAGES = [
  'services',
  'sinks',
  'start',
  'traffic',
  'memory',
  'settle',
  'scan',
  'crash',
  'scan after crash',
  'stop',
  'scan again',
] as const
export type Stage = (typeof STAGES)[number]

/** What collecting tells while it works; it never waits for the listener. */
export interface Progress {
  begin(stage: Stage): void
  /** a short text about the stage under way, such as "12 of 40 exchanges" */
  detail(stage: Stage, text: string): void
  end(stage: Stage, summary: string): void
}
