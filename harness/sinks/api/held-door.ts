import type { Door } from './door.ts'
import type { DoorReading } from './door-reading.ts'

/** A door that is held open while traffic runs; when its answer ends or breaks it is opened once more. */
export class HeldDoor {
  readonly door: Door
  readonly #open: () => DoorReading
  #reading: DoorReading
  readonly #gaps: string[] = []
  #bytesBefore = 0
  #reopened = false
  #stopped = false

  /** `reading` is under way; `open` starts another of the same door. */
  constructor(reading: DoorReading, open: () => DoorReading) {
    this.door = reading.door
    this.#open = open
    this.#reading = reading
    this.#follow()
  }

  /** the reading under way, or the last one */
  get reading(): DoorReading {
    return this.#reading
  }

  /** why not all was seen that came during traffic */
  get gaps(): readonly string[] {
    return this.#reading.state === 'open' ? [...this.#gaps, ...this.#reading.gaps] : this.#gaps
  }

  /** received by all of its readings */
  get bytes(): number {
    return this.#bytesBefore + this.#reading.bytes
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#reading.stop()
  }

  #follow(): void {
    void this.#reading.over.then(async () => {
      await this.#reading.flush()
      if (this.#stopped) return
      this.#noteEnd(this.#reading)
      if (this.#reopened) return
      this.#reopened = true
      this.#bytesBefore = this.#reading.bytes
      this.#reading = this.#open()
      this.#follow()
    })
  }

  /** A page that was slow may end; a stream that ends a second time is followed no more. */
  #noteEnd({ state, gaps, isEventStream }: DoorReading): void {
    if (state === 'broken') this.#gaps.push(`broke during traffic: ${gaps.join('; ')}`)
    if (state === 'ended' && isEventStream && this.#reopened) this.#gaps.push('ended twice during traffic')
  }
}
