import { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { reasonOf } from '../../model/error.ts'
import type { Place } from '../../model/sighting.ts'
import type { Scanner } from '../../scan/scan.ts'
import { LiveScan } from '../live-scan.ts'
import { type Emit, scanAt } from '../sighted.ts'
import type { Door } from './door.ts'
import { ElsewhereError, httpGet } from './http-get.ts'

export interface DoorReadingOptions {
  readonly scanner: Scanner
  readonly keep: Emit
  /** of the body; the reading is cut there */
  readonly mostBytes: number
  readonly signal: AbortSignal
}

/** How a reading stands. `waiting`: no head of an answer yet. `open`: the body has not ended. */
type State = 'waiting' | 'open' | 'ended' | 'broken' | 'elsewhere'

/**
 * One GET of one door: head and body are scanned as they come. The one reader for pages, for streams that are held open,
 * and for the control.
 */
export class DoorReading {
  readonly door: Door
  /** settles when the head of an answer is there, or the reading is over; never rejects */
  readonly answered: Promise<void>
  /** settles when the reading is over, however it ended; never rejects */
  readonly over: Promise<void>
  readonly #options: DoorReadingOptions
  readonly #place: Extract<Place, { kind: 'door' }>
  readonly #live: LiveScan
  readonly #stop = new AbortController()
  readonly #gaps = new Set<string>()
  readonly #head = Promise.withResolvers<void>()
  #state: State = 'waiting'
  #status: number | null = null
  #isEventStream = false

  constructor(door: Door, options: DoorReadingOptions) {
    this.door = door
    this.#options = options
    this.#place = { kind: 'door', method: 'GET', url: door.shown, caller: door.caller.as }
    const { scanner, keep } = options
    this.#live = new LiveScan({ scanner, keep, place: this.#place, gap: reason => this.#gaps.add(reason) })
    this.over = this.#run()
    this.answered = Promise.race([this.#head.promise, this.over])
  }

  get state(): State {
    return this.#state
  }

  /** of the answer, or null as long as there is none */
  get status(): number | null {
    return this.#status
  }

  /** whether the answer calls itself an event stream, which is not meant to end */
  get isEventStream(): boolean {
    return this.#isEventStream
  }

  /** of the body, so far */
  get bytes(): number {
    return this.#live.bytes
  }

  /** why not all of it was seen, so far */
  get gaps(): readonly string[] {
    return [...this.#gaps]
  }

  /** Scans all that has come so far to its end. */
  flush(): Promise<void> {
    return this.#live.flush()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.over
  }

  async #run(): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.#options.signal])
    try {
      const response = await httpGet(this.door.url, this.door.caller.credentials, signal)
      this.#status = response.statusCode ?? null
      this.#isEventStream = response.headers['content-type']?.startsWith('text/event-stream') ?? false
      this.#state = 'open'
      this.#head.resolve()
      await this.#scanHead(response)
      await this.#scanBody(response)
      this.#state = 'ended'
    } catch (error) {
      if (signal.aborted) return
      this.#state = error instanceof ElsewhereError ? 'elsewhere' : 'broken'
      this.#gaps.add(reasonOf(error))
    }
  }

  async #scanHead({ rawHeaders }: IncomingMessage): Promise<void> {
    const { scanner, keep } = this.#options
    const stream = scanAt(scanner, { ...this.#place, url: `${this.#place.url}#headers` }, keep)
    await stream.push(Buffer.from(rawHeaders.join('\n'), 'latin1'))
    await stream.end()
  }

  async #scanBody(response: IncomingMessage): Promise<void> {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      await this.#live.push(chunk)
      if (this.bytes < this.#options.mostBytes) continue
      response.destroy()
      throw new Error(`cut after ${this.#options.mostBytes / 2 ** 20} MiB`)
    }
  }
}
