import type { ScanCoverage, ScanStream } from '../scan.ts'

/** A stream that can be given up without an end. */
export type Droppable = ScanStream & { drop(): void }

/** Where a stream may be scanned. */
export interface Places {
  /** for one that ended before it had to be placed */
  here(): ScanStream
  /** Settles once there is a place. */
  anywhere(): Promise<Droppable>
  /** told of all bytes that come */
  received(bytes: number): void
  /** Whether a stream may keep its first bytes, so many now, and be placed later. */
  mayHold(bytes: number): boolean
  /** told of bytes that are kept, and with a minus of those that are not any more */
  held(bytes: number): void
}

/** Streams that are given up half-way are forgotten where they are scanned, too. */
const abandoned = new FinalizationRegistry<() => void>(drop => drop())

/** A stream that is scanned where it belongs by its size, once that is seen. */
export class PlacedStream implements ScanStream {
  readonly #places: Places
  #held: Uint8Array[] = []
  #heldBytes = 0
  #stream: ScanStream | null = null

  constructor(places: Places) {
    this.#places = places
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#places.received(chunk.length)
    if (this.#stream === null) {
      if (this.#places.mayHold(this.#heldBytes + chunk.length)) return this.#hold(chunk)
      await this.#begin(await this.#anywhere())
    }
    await this.#stream?.push(chunk)
  }

  async end(): Promise<ScanCoverage> {
    abandoned.unregister(this)
    const stream = this.#stream ?? (await this.#begin(this.#places.here()))
    return stream.end()
  }

  #hold(chunk: Uint8Array): void {
    // `slice` of a Buffer copies nothing.
    this.#held.push(Uint8Array.from(chunk))
    this.#heldBytes += chunk.length
    this.#places.held(chunk.length)
  }

  async #anywhere(): Promise<ScanStream> {
    const stream = await this.#places.anywhere()
    abandoned.register(this, () => stream.drop(), this)
    return stream
  }

  async #begin(stream: ScanStream): Promise<ScanStream> {
    this.#stream = stream
    const held = this.#held
    this.#held = []
    for (const chunk of held) await stream.push(chunk)
    this.#places.held(-this.#heldBytes)
    return stream
  }
}
