import type { Place } from '../model/sighting.ts'
import type { Hit, Scanner, ScanStream } from '../scan/scan.ts'
import type { SinkSighting } from './sink.ts'

export type Emit = (sighting: SinkSighting) => void

/** A hit at its place. */
export function sighted(hit: Hit, place: Place): SinkSighting {
  return {
    canary: hit.canary,
    role: hit.role,
    offset: hit.offset,
    length: hit.length,
    sha256: hit.sha256,
    via: [...hit.via],
    confirmed: hit.confirmed,
    place,
  }
}

/** Opens a stream to be scanned, all of whose hits are at one place. */
export function scanAt(scanner: Scanner, place: Place, emit: Emit): ScanStream {
  return scanner.open(hit => emit(sighted(hit, place)))
}
