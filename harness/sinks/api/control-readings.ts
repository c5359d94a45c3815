import { setTimeout as sleep } from 'node:timers/promises'
import type { Canary } from '../../model/canary.ts'
import type { Ledger } from '../ledger.ts'
import { Seen } from '../seen.ts'
import type { Emit } from '../sighted.ts'
import type { SinkContext, SinkSighting } from '../sink.ts'
import { ControlDoors } from './control-doors.ts'
import type { Caller } from './door.ts'
import { DoorReading } from './door-reading.ts'

const WITHIN_MS = 2_000
const STEP_MS = 10
const MOST_BYTES = 1024 * 1024
const NOBODY: Caller = { as: 'anonymous', credentials: {} }

/** Reads the control's two doors with the reader that reads the deployment's: the page in each scan, the stream held open. */
export class ControlReadings implements AsyncDisposable {
  readonly #context: SinkContext
  readonly #doors: ControlDoors
  readonly #held: DoorReading
  #heard: SinkSighting[] = []

  private constructor(context: SinkContext, doors: ControlDoors) {
    this.#context = context
    this.#doors = doors
    this.#held = this.#read(doors.stream, sighting => this.#heard.push(sighting))
  }

  static async open(control: Canary, context: SinkContext): Promise<ControlReadings> {
    const readings = new ControlReadings(context, await ControlDoors.open(control))
    await Promise.race([readings.#held.answered, sleep(WITHIN_MS)])
    return readings
  }

  /** Emits what is seen in this scan; a door whose control is not seen is a gap. */
  async scan(emit: Emit, ledger: Ledger): Promise<void> {
    const found = { page: await this.#scanPage(), stream: await this.#scanStream() }
    for (const [door, sightings] of Object.entries(found)) {
      const seen = new Seen()
      for (const sighting of sightings) seen.add(sighting)
      seen.replay(emit)
      if (!sightings.some(({ role }) => role === 'control'))
        ledger.incomplete(`control ${door}`, 'its control was not seen')
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.stop()
    await this.#doors[Symbol.asyncDispose]()
  }

  async #scanPage(): Promise<SinkSighting[]> {
    const sightings: SinkSighting[] = []
    const reading = this.#read(this.#doors.page, sighting => sightings.push(sighting))
    await Promise.race([reading.over, sleep(WITHIN_MS)])
    await reading.flush()
    await reading.stop()
    return sightings
  }

  /** Only what comes after this moment counts: a stream that has broken since is not proven by what it once carried. */
  async #scanStream(): Promise<SinkSighting[]> {
    await this.#held.flush()
    this.#heard = []
    const before = this.#held.bytes
    this.#doors.announce()
    for (let waited = 0; waited < WITHIN_MS && this.#held.bytes === before; waited += STEP_MS) await sleep(STEP_MS)
    await this.#held.flush()
    return this.#heard.filter(({ offset }) => offset >= before)
  }

  #read(url: URL, keep: Emit): DoorReading {
    const { scanner, signal } = this.#context
    return new DoorReading({ url, shown: url.href, caller: NOBODY }, { scanner, keep, mostBytes: MOST_BYTES, signal })
  }
}
