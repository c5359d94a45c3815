import type { Canary } from '../model/canary.ts'
import { LetheError, reasonOf } from '../model/error.ts'
import type { Gap, Observation, Sample } from '../model/observation.ts'
import { FINGERPRINT, type Sighting } from '../model/sighting.ts'
import type { Coverage, OpenSink, Sink, SinkContext, SinkSighting } from '../sinks/sink.ts'
import type { History } from './history.ts'

/** The most sightings that one scan of a sink records; more are said as a gap. */
const SIGHTING_LIMIT = 10_000

/** What one scan came to. */
interface Tally {
  decoys: number
  recovered: boolean
  fingerprinted: boolean
  recorded: number
  /** of the deployment's data */
  seen: number
  cut: boolean
}

/** What a scan is told besides its name. */
interface ScanOptions {
  readonly sample?: Sample
  /** called once the sink has all that it needs of the deployment; not by each sink */
  readonly onTaken?: () => void
  /**
   * the deployment was started again: one that then begins its log anew or clears its folders lost the control, which is
   * planted once more
   */
  readonly restarted?: boolean
}

interface Trouble {
  readonly reason: string
  readonly mend: string | null
}

/** One sink over the life of a run: opened, given its control, scanned, closed; whatever fails is said, never thrown. */
export class Watch implements AsyncDisposable {
  readonly sink: Sink
  readonly #context: SinkContext
  readonly #history: History
  readonly #recorded = new Set<string>()
  #open: OpenSink | null = null
  #control: Canary | null = null
  readonly #hasOutputs: boolean
  #trouble: Trouble | null = null
  #seen = 0

  /** @param hasOutputs the control holds a text that is looked for as outputs are */
  constructor(sink: Sink, context: SinkContext, history: History, hasOutputs = false) {
    this.sink = sink
    this.#context = context
    this.#history = history
    this.#hasOutputs = hasOutputs
  }

  get opened(): OpenSink | null {
    return this.#open
  }

  /** how often the last scan saw something of the deployment's data */
  get seen(): number {
    return this.#seen
  }

  /** Opens the sink and plants its control. */
  async open(control: Canary): Promise<void> {
    try {
      this.#open = await this.sink.open(this.#context)
      await this.#open.plant(control)
      this.#control = control
    } catch (error) {
      this.#context.signal.throwIfAborted()
      this.#trouble = { reason: reasonOf(error), mend: error instanceof LetheError ? error.mend : null }
    }
  }

  /** Lets the scanner see what lies there before traffic; nothing is recorded. @returns why it could not, or null */
  async look(): Promise<string | null> {
    if (this.#open === null) return null
    try {
      await this.#open.scan(() => {})
      return null
    } catch (error) {
      this.#context.signal.throwIfAborted()
      return `${this.sink.id} could not be looked at before traffic: ${reasonOf(error)}`
    }
  }

  /** Scans and records sightings and observation. @returns one line about it */
  async scan(name: string, remarks: readonly Gap[], options: ScanOptions = {}): Promise<string> {
    const startedAt = this.#context.now().toISOString()
    let { tally, coverage } = await this.#tallied(name, options)
    if (options.restarted && !tally.recovered && (await this.#plantAgain())) {
      ;({ tally, coverage } = await this.#tallied(name, options))
    }
    this.#seen = tally.seen
    const cut = tally.cut
      ? [{ path: this.sink.id, reason: `more than ${SIGHTING_LIMIT} sightings; the rest was not recorded` }]
      : []
    const observation: Observation = {
      sink: this.sink.id,
      medium: this.sink.medium,
      tier: this.#sight.tier,
      scan: name,
      startedAt,
      endedAt: this.#context.now().toISOString(),
      bytes: coverage.bytes,
      items: coverage.items,
      control: {
        id: this.#control?.id ?? null,
        planted: this.#control !== null,
        recovered: tally.recovered,
        reason: this.#control === null ? (this.#trouble?.reason ?? null) : null,
        ...(this.#hasOutputs ? { fingerprinted: tally.fingerprinted } : {}),
      },
      incomplete: [...coverage.incomplete, ...cut],
      skipped: [...coverage.skipped, ...remarks],
      decoys: tally.decoys,
      blindTo: this.#blindTo(),
      mend: this.#trouble?.mend ?? null,
      ...(coverage.absent === undefined ? {} : { absent: coverage.absent }),
      ...(options.sample === undefined ? {} : { sample: options.sample }),
      ...(coverage.fields === undefined ? {} : { fields: [...coverage.fields] }),
    }
    this.#history.observation(observation)
    return `${this.sink.id}: ${coverage.items} items, ${coverage.bytes} bytes, control ${tally.recovered ? 'recovered' : 'not recovered'}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#open?.[Symbol.asyncDispose]()
    this.#open = null
  }

  get #sight(): Pick<Sink, 'tier' | 'blindTo'> {
    return this.#open?.sight ?? this.sink
  }

  async #tallied(name: string, { onTaken }: ScanOptions): Promise<{ tally: Tally; coverage: Coverage }> {
    const tally: Tally = { decoys: 0, recovered: false, fingerprinted: false, recorded: 0, seen: 0, cut: false }
    const coverage = await this.#coverage(sighting => this.#record(sighting, name, tally), onTaken)
    return { tally, coverage }
  }

  /** @returns whether it could be planted; why not needs no telling, since the control is then not recovered */
  async #plantAgain(): Promise<boolean> {
    if (this.#open === null || this.#control === null) return false
    try {
      await this.#open.plant(this.#control)
      return true
    } catch {
      this.#context.signal.throwIfAborted()
      return false
    }
  }

  /** What this kind of sink cannot see, and what this installation of the scanner does not look for. */
  #blindTo(): string | null {
    const limits = [this.#sight.blindTo, this.#context.scanner.blindTo].filter(limit => limit !== null)
    return limits.length === 0 ? null : limits.join('; ')
  }

  async #coverage(emit: (sighting: SinkSighting) => void, onTaken?: () => void): Promise<Coverage> {
    const blind = (reason: string): Coverage => ({
      bytes: 0,
      items: 0,
      incomplete: [{ path: this.sink.id, reason }],
      skipped: [],
    })
    if (this.#open === null) return blind(this.#trouble?.reason ?? 'was never opened')
    try {
      return await this.#open.scan(emit, onTaken)
    } catch (error) {
      if (error instanceof LetheError) this.#trouble = { reason: error.message, mend: error.mend }
      return blind(`the scan ended early: ${reasonOf(error)}`)
    }
  }

  #record(sighting: SinkSighting, scan: string, tally: Tally): void {
    if (sighting.role === 'decoy' && sighting.confirmed) tally.decoys += 1
    if (sighting.role === 'payload' || sighting.role === 'upstream') tally.seen += 1
    if (sighting.role === 'control' && sighting.confirmed && sighting.canary === this.#control?.id) {
      if (sighting.via.at(-1) === FINGERPRINT) tally.fingerprinted = true
      else tally.recovered = true
    }
    const { canary, role, place, offset, length, sha256, via, confirmed } = sighting
    // What is still in memory is told by each scan: when it was seen last decides.
    const time = this.sink.medium === 'memory' ? scan : null
    const key = JSON.stringify([canary, place, offset, via, time])
    if (this.#recorded.has(key)) return
    if (tally.recorded >= SIGHTING_LIMIT) {
      tally.cut = true
      return
    }
    tally.recorded += 1
    this.#recorded.add(key)
    const full: Sighting = {
      canary,
      role,
      sink: this.sink.id,
      medium: this.sink.medium,
      scan: sighting.scan ?? scan,
      place,
      offset,
      length,
      sha256,
      via: [...via],
      confirmed,
      at: (sighting.at ?? this.#context.now()).toISOString(),
    }
    this.#history.sighting(full)
  }
}
