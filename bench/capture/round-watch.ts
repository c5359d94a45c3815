import { RunKey } from '../../harness/canary/key.ts'
import { Mint } from '../../harness/canary/mint.ts'
import type { Canary, Role } from '../../harness/model/canary.ts'
import type { Medium } from '../../harness/model/medium.ts'
import { placeText } from '../../harness/model/sighting.ts'
import { settle } from '../../harness/run/settle.ts'
import { createScanner } from '../../harness/scan/scanner.ts'
import type { OpenSink, Sink, SinkContext, SinkSighting } from '../../harness/sinks/sink.ts'
import { fileStem, type Pattern } from './patterns/pattern.ts'

const SETTLE = { quiet: 500, atMost: 30_000 }

/** What the sinks of a round told. */
export interface Seen {
  /** media of the sinks that saw its text, by the pattern's name */
  readonly caught: ReadonlyMap<string, ReadonlySet<Medium>>
  /** names of patterns of whose files a sink says that it did not read them in full */
  readonly said: ReadonlySet<string>
  /** sinks that did not find their control in a scan: their silence says nothing */
  readonly blind: readonly string[]
  /** that they read in their last scan */
  readonly bytes: number
  /** what the sinks say that they did not see */
  readonly incomplete: readonly string[]
  /** ids that were seen, and that nobody wrote */
  readonly falseAlarms: readonly string[]
}

type Named = Pick<Pattern, 'name'>

interface Opened {
  readonly sink: Sink
  readonly open: OpenSink
  readonly control: Canary
}

/** The sinks of one round, with a run's key of their own. */
export class RoundWatch implements AsyncDisposable {
  readonly #sinks: readonly Sink[]
  readonly #mint: Mint
  readonly #context: SinkContext
  readonly #opened: Opened[] = []
  /** patterns, by the ids of their canaries */
  readonly #written = new Map<string, Named>()
  #bytes = 0
  readonly #said = new Set<string>()
  readonly #caught = new Map<string, Set<Medium>>()
  readonly #blind = new Set<string>()
  readonly #incomplete = new Set<string>()
  readonly #falseAlarms = new Set<string>()

  constructor(sinks: readonly Sink[]) {
    const key = RunKey.create()
    this.#sinks = sinks
    this.#mint = new Mint(key)
    this.#context = {
      scanner: createScanner(key),
      signal: new AbortController().signal,
      now: () => new Date(),
      own: [],
    }
  }

  /** A text of its own for each pattern. */
  textFor(pattern: Named): Canary {
    const canary = this.#canary('payload')
    this.#written.set(canary.id, pattern)
    return canary
  }

  /** Opens sinks, and plants their controls. @throws LetheError of a sink that cannot be opened */
  async open(when: Sink['opens']): Promise<void> {
    for (const sink of this.#sinks.filter(({ opens }) => opens === when)) {
      const open = await sink.open(this.#context)
      const control = this.#canary('control')
      this.#opened.push({ sink, open, control })
      await open.plant(control)
    }
  }

  /** Waits until nothing comes any more. */
  async settle(): Promise<void> {
    const sinks = this.#opened.map(({ open }) => open)
    const isStill = await settle(sinks, SETTLE, this.#context.signal)
    if (!isStill) this.#incomplete.add('data still came in when it was scanned')
  }

  /** @param isRunning whether the deployment does: when it has ended, so has its memory */
  async scan(isRunning: boolean): Promise<void> {
    this.#bytes = 0
    for (const opened of this.#opened) if (isRunning || opened.sink.medium !== 'memory') await this.#scan(opened)
  }

  seen(): Seen {
    return {
      caught: this.#caught,
      said: this.#said,
      bytes: this.#bytes,
      blind: [...this.#blind],
      incomplete: [...this.#incomplete],
      falseAlarms: [...this.#falseAlarms],
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { open } of this.#opened) await open[Symbol.asyncDispose]()
  }

  async #scan({ sink, open, control }: Opened): Promise<void> {
    const ids = new Set<string>()
    const { bytes, incomplete } = await open.scan(sighting => {
      ids.add(sighting.canary)
      this.#noteSighting(sink, control, sighting)
    })
    this.#bytes += bytes
    if (!ids.has(control.id)) this.#blind.add(sink.id)
    for (const { path, reason } of incomplete) this.#noteGap(sink, path, reason)
  }

  /** A sighting that is not confirmed, or that has no part of an id, is evidence of a canary, and of none in particular. */
  #noteSighting({ id, medium }: Sink, control: Canary, { canary, confirmed, place }: SinkSighting): void {
    if (!confirmed || !/[^?]/.test(canary) || isPartOf(canary, control.id)) return
    const pattern = this.#written.get(canary) ?? this.#ofPart(canary)
    if (pattern === undefined) this.#falseAlarms.add(`${id}: ${placeText(place)}`)
    else this.#caught.set(pattern.name, (this.#caught.get(pattern.name) ?? new Set()).add(medium))
  }

  /** The pattern of a canary of whose id a part was read. */
  #ofPart(read: string): Named | undefined {
    return this.#written.entries().find(([written]) => isPartOf(read, written))?.[1]
  }

  #noteGap({ id }: Sink, path: string, reason: string): void {
    this.#incomplete.add(`${id}: ${path}: ${reason}`)
    for (const pattern of this.#written.values()) if (path.includes(fileStem(pattern))) this.#said.add(pattern.name)
  }

  #canary(role: Role): Canary {
    return this.#mint.mint({ role, data: null, exchange: null, field: null, position: 'whole' })
  }
}

/** Characters of an id that could not be read are `?`. */
function isPartOf(read: string, id: string): boolean {
  return Array.from(read).every((letter, index) => letter === '?' || letter === id[index])
}
