import type { Fill } from './surface.ts'

/** Asks for one canary back, so that outputs carry one also where the upstream is not ours. Ends with the canary. */
export function echoRequest(fill: Fill, field: string): string {
  return `Answer, and begin the answer with this word, exactly as it stands here: ${fill.bare(field)}`
}
