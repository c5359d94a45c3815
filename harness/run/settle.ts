import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenSink } from '../sinks/sink.ts'

const STEP_MS = 100

/**
 * Waits until no sink has received anything for `quiet` milliseconds, at most `atMost` milliseconds.
 *
 * @returns true when all stood still; false when the time was up first
 */
export async function settle(
  sinks: readonly OpenSink[],
  limits: { readonly quiet: number; readonly atMost: number },
  signal: AbortSignal,
): Promise<boolean> {
  let last = ''
  let still = 0
  for (let waited = 0; waited <= limits.atMost; waited += STEP_MS) {
    const pulse = (await Promise.all(sinks.map(sink => sink.pulse().catch(() => 'out of reach')))).join('|')
    still = pulse === last ? still + STEP_MS : 0
    if (still >= limits.quiet) return true
    last = pulse
    await sleep(STEP_MS, undefined, { signal })
  }
  return false
}
