import type { CanaryRecord } from '../harness/model/canary.ts'
import type { FieldVerdict } from '../harness/model/finding.ts'
import { placeText, type Sighting } from '../harness/model/sighting.ts'
import { counted } from './amounts.ts'

/** A sighting on one line: place, offset, length, encodings. */
export function sightingText(sighting: Sighting): string {
  const doubt = sighting.confirmed ? '' : ' · not certain'
  return `${placeText(sighting.place)} · offset ${sighting.offset}, ${counted(sighting.length, 'byte')} · ${viaText(sighting)}${doubt}`
}

/** `plain`, or the decodings from the outside in. */
export function viaText({ via }: Pick<Sighting, 'via'>): string {
  return via.length === 0 ? 'plain' : `via ${via.join(' → ')}`
}

/** A log field on one line: name, shape, how often, where first, why. */
export function fieldText({ field, format, shape, count, first, reason }: FieldVerdict): string {
  return `field ${field} (${format}, ${shape}) ${count}×, first in ${first}: ${reason}`
}

/** What carried a canary, such as `input messages[0].content (head)`; null where the record does not say. */
export function carrierText(canary: CanaryRecord | undefined): string | null {
  if (canary === undefined || canary.field === null) return null
  const position = canary.position === 'whole' ? '' : ` (${canary.position})`
  return `${canary.data === null ? '' : `${canary.data} `}${canary.field}${position}`
}
