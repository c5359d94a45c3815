import type { CanaryRecord, DataClass } from '../model/canary.ts'
import type { Exchange } from '../model/exchange.ts'
import type { Medium } from '../model/medium.ts'
import type { Observation } from '../model/observation.ts'
import type { RunRecord } from '../model/run.ts'
import type { Sighting } from '../model/sighting.ts'

/** Whether a sighting speaks to a class of data: surely, possibly (the same canary went in and came out), or not. */
export type Bearing = 'sure' | 'possible' | 'none'

/** So many characters of a control's id must have been read to know a fragment for one. */
const READ_OF_CONTROL = 4

/** A recorded run, indexed for the rules. */
export class Evidence {
  readonly record: RunRecord
  readonly #canaries: ReadonlyMap<string, CanaryRecord>
  readonly #echoed: ReadonlySet<string>
  readonly #exchanges: ReadonlyMap<string | null, Exchange>

  constructor(record: RunRecord) {
    this.record = record
    this.#canaries = new Map(record.canaries.map(canary => [canary.id, canary]))
    this.#exchanges = new Map(record.exchanges.map(exchange => [exchange.id, exchange]))
    this.#echoed = new Set(record.exchanges.flatMap(exchange => exchange.returned))
  }

  sinks(media: readonly Medium[]): string[] {
    return this.record.meta.sinks.filter(sink => media.includes(sink.medium)).map(sink => sink.id)
  }

  observations(sink: string): Observation[] {
    return this.record.observations.filter(observation => observation.sink === sink)
  }

  /**
   * Sightings of a deployment's data in one sink. A control that no control of this run explains (a fragment may look
   * like one) is taken for a payload that is not certain: never overlooked, never alone a fail.
   */
  sightings(sink: string): Sighting[] {
    return this.record.sightings
      .filter(sighting => sighting.sink === sink && sighting.role !== 'decoy')
      .filter(sighting => sighting.role !== 'control' || !this.#isOwnControl(sighting))
      .map(sighting => (sighting.role === 'control' ? { ...sighting, role: 'payload', confirmed: false } : sighting))
  }

  #isOwnControl({ canary }: Sighting): boolean {
    if (this.#canaries.get(canary)?.role === 'control') return true
    const read = canary.replaceAll('?', '').length
    return (
      read >= READ_OF_CONTROL && this.record.canaries.some(({ id, role }) => role === 'control' && fits(canary, id))
    )
  }

  /** The exchange that a sighting's canary was made for; null where that is not known. */
  exchangeOf(sighting: Sighting): Exchange | null {
    const canary = this.#canaries.get(sighting.canary) ?? this.#matching(sighting.canary)
    return this.#exchanges.get(canary?.exchange ?? null) ?? null
  }

  /**
   * Whether a request that carries data of this class, or whose answer does, and that was answered in the end, was under
   * way at this time.
   */
  isUnderWay(data: DataClass, at: number): boolean {
    const carriers = new Set(
      this.record.canaries.filter(canary => canary.data === data).map(({ exchange }) => exchange),
    )
    return this.record.exchanges.some(
      ({ id, outcome, startedAt, endedAt }) =>
        carriers.has(id) && outcome === 'answered' && Date.parse(startedAt) <= at && at <= Date.parse(endedAt),
    )
  }

  bearing(sighting: Sighting, data: readonly DataClass[]): Bearing {
    const known = this.#lookUp(sighting)
    if (data.includes(known.data)) return 'sure'
    const mayBeOutput = data.some(isOutput) && known.role === 'payload' && this.#echoed.has(known.id)
    return mayBeOutput && this.outputsByEchoOnly() ? 'possible' : 'none'
  }

  /** Exchanges that were answered and carried data of this class to the deployment or back from it. */
  exercised(data: DataClass): Exchange[] {
    const answered = this.record.exchanges.filter(exchange => exchange.outcome === 'answered')
    if (!isOutput(data))
      return answered.filter(({ carried }) => carried.some(id => this.#canaries.get(id)?.data === data))
    const known = this.#fingerprinted(data)
    return answered.filter(({ id, returned }) => known.has(id) || returned.some(one => this.#outputOf(one, data)))
  }

  /** Surfaces that were driven and of which not one exchange was answered. */
  unansweredSurfaces(): string[] {
    const bySurface = Map.groupBy(this.record.exchanges, exchange => exchange.surface)
    return [...bySurface].flatMap(([surface, exchanges]) =>
      exchanges.some(({ outcome }) => outcome === 'answered') ? [] : [surface],
    )
  }

  /** true where no upstream of ours answered, so that outputs can be known by echoed inputs alone */
  outputsByEchoOnly(): boolean {
    return !this.record.canaries.some(canary => canary.role === 'upstream')
  }

  /** Exchanges with outputs of this class that can be found by their fingerprints. */
  #fingerprinted(data: DataClass): ReadonlySet<string | null> {
    const outputs = this.record.canaries.filter(canary => canary.role === 'output' && canary.data === data)
    return new Set(outputs.map(({ exchange }) => exchange))
  }

  #outputOf(id: string, data: DataClass): boolean {
    const canary = this.#canaries.get(id)
    if (canary?.role === 'upstream') return canary.data === data
    return data === 'output' && this.outputsByEchoOnly()
  }

  /** A canary that was read only in part is matched by what was read; an unknown one counts by its role. */
  #lookUp(sighting: Sighting): { id: string; role: string; data: DataClass } {
    const canary = this.#canaries.get(sighting.canary) ?? this.#matching(sighting.canary)
    const data = canary?.data ?? (['upstream', 'output'].includes(sighting.role) ? 'output' : 'input')
    return { id: canary?.id ?? sighting.canary, role: sighting.role, data }
  }

  #matching(partial: string): CanaryRecord | undefined {
    if (!partial.includes('?') || !/[a-z0-9]/.test(partial.slice(1, -1))) return undefined
    const candidates = this.record.canaries.filter(({ id }) => fits(partial, id))
    return candidates.length === 1 ? candidates[0] : undefined
  }
}

/** Whether an id that was read in part, with `?` for the rest, may be this one. */
function fits(partial: string, id: string): boolean {
  return partial.length === id.length && [...partial].every((char, index) => char === '?' || char === id[index])
}

export function isOutput(data: DataClass): boolean {
  return data === 'output' || data === 'image-output' || data === 'bulk-output'
}
