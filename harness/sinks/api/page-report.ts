import type { Ledger } from '../ledger.ts'
import type { Door } from './door.ts'
import type { DoorReading } from './door-reading.ts'

export function doorText({ shown, caller }: Door): string {
  return `GET ${shown} as ${caller.as}`
}

/** Whether the deployment itself spoke. */
export function hasAnswered({ status, state }: DoorReading): boolean {
  return status !== null || state === 'elsewhere'
}

/** Enters pages that were read, and whose reading is over, into the ledger. A door that is not there (404) is an answer like any other. */
export function reportPages(readings: readonly DoorReading[], ledger: Ledger): void {
  for (const reading of readings) {
    const text = doorText(reading.door)
    ledger.bytes += reading.bytes
    if (hasAnswered(reading)) ledger.items += 1
    if (reading.state === 'waiting') ledger.incomplete(text, 'no answer in time')
    if (reading.state === 'open') ledger.incomplete(text, 'the answer did not end in time')
    if (reading.status === 429) ledger.incomplete(text, 'asked too often (429)')
    for (const gap of reading.gaps) {
      if (reading.state === 'elsewhere') ledger.skip(text, gap)
      else ledger.incomplete(text, gap)
    }
  }
}
