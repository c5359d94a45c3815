import type { Hit, ScanCoverage } from '../scan.ts'
import type { Droppable } from './placed-stream.ts'

/** The worker of a stream, as the stream knows it. */
export interface StreamHost {
  /** why it died, or null */
  readonly lost: string | null
  send(stream: number, bytes: Uint8Array): Promise<void>
  close(stream: number): void
  drop(stream: number): void
}

/** A stream that a worker scans, from the side of whoever opened it. Its hits come in their order, all before `end` settles. */
export class RemoteStream implements Droppable {
  readonly #worker: StreamHost
  readonly #id: number
  readonly #onHit: (hit: Hit) => void
  readonly #coverage = Promise.withResolvers<ScanCoverage>()
  #scanned = 0
  /** what whoever listens for hits threw */
  #refusal: { readonly error: unknown } | null = null

  /** @param id of the stream in its worker */
  constructor(worker: StreamHost, id: number, onHit: (hit: Hit) => void) {
    this.#worker = worker
    this.#id = id
    this.#onHit = onHit
    if (worker.lost !== null) this.lose(worker.lost)
  }

  push(chunk: Uint8Array): Promise<void> {
    return this.#worker.send(this.#id, chunk)
  }

  /** @throws what the listener for hits threw, as a scan in this thread does */
  async end(): Promise<ScanCoverage> {
    this.#worker.close(this.#id)
    const coverage = await this.#coverage.promise
    if (this.#refusal !== null) throw this.#refusal.error
    return coverage
  }

  drop(): void {
    this.#worker.drop(this.#id)
  }

  hear(hit: Hit): void {
    try {
      this.#onHit(hit)
    } catch (error) {
      this.#refusal ??= { error }
    }
  }

  taken(bytes: number): void {
    this.#scanned += bytes
  }

  settle(coverage: ScanCoverage): void {
    this.#coverage.resolve(coverage)
  }

  /** The worker died: what it had scanned, and had found, is all there is. */
  lose(reason: string): void {
    const said = `a worker of the scan was lost (${reason}): what was found by then is all that is known of ${this.#scanned} bytes and more`
    this.settle({ bytes: this.#scanned, unpacked: 0, incomplete: [said] })
  }
}
