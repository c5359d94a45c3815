import type { ScanCoverage, ScanStream } from '../scan.ts'

/** What is no longer, such as a name, is not worth a message to another thread. */
const SMALL = 4096

/** Where a stream may be scanned. */
export interface Places {
  here(): ScanStream
  anywhere(): ScanStream & { drop?(): void }
  /** told of all bytes that come */
  received(bytes: number): void
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
      if (this.#heldBytes + chunk.length <= SMALL) return this.#hold(chunk)
      await this.#begin(this.#anywhere())
    }
    await this.#stream?.push(chunk)
  }

  async end(): Promise<ScanCoverage> {
    abandoned.unregister(this)
    const stream = this.#stream ?? (await this.#begin(this.#places.here()))
    return stream.end()
  }

  #hold(chunk: Uint8Array): void {
    this.#held.push(chunk.slice())
    this.#heldBytes += chunk.length
  }

  #anywhere(): ScanStream {
    const stream = this.#places.anywhere()
    if (stream.drop !== undefined) abandoned.register(this, () => stream.drop?.(), this)
    return stream
  }

  async #begin(stream: ScanStream): Promise<ScanStream> {
    this.#stream = stream
    const held = this.#held
    this.#held = []
    for (const chunk of held) await stream.push(chunk)
    return stream
  }
}
