import { placeText } from '../model/sighting.ts'
import type { Emit } from './sighted.ts'
import type { SinkSighting } from './sink.ts'

const MOST = 100_000

/** Sightings made while traffic ran, kept for every later scan: each once, at most 100,000. */
export class Seen {
  readonly #sightings = new Map<string, SinkSighting>()
  #lost = 0

  add(sighting: SinkSighting): void {
    const { canary, offset, via } = sighting
    const key = [placeText(sighting.place), canary, offset, via.join('<')].join('\0')
    if (this.#sightings.has(key)) return
    if (this.#sightings.size < MOST) this.#sightings.set(key, sighting)
    else this.#lost += 1
  }

  replay(emit: Emit): void {
    for (const sighting of this.#sightings.values()) emit(sighting)
  }

  /** How many sightings the bound kept out. */
  get lost(): number {
    return this.#lost
  }
}
