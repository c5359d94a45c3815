import type { Hit, ScanCoverage } from '../scan.ts'
import type { Droppable } from './placed-stream.ts'

/** Bytes of one message, at most, and of the room that they are sent in: one read of a file. */
export const PIECE = 256 * 1024

/** The worker of a stream, as the stream knows it. */
export interface StreamHost {
  /** why it died, or null */
  readonly lost: string | null
  /** Room for a piece, to be filled and sent. */
  takeRoom(): ArrayBuffer
  /** Sends the first `length` bytes of a room, and answers with `taken` once they are scanned. */
  send(stream: number, room: ArrayBuffer, length: number): void
  /** Settles when more may be sent, or the worker is lost. */
  mayGoOn(): Promise<void>
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
  /** what waits to be sent: little, while other pieces are on their way, so that small ones do not take a room each */
  #room: ArrayBuffer | null = null
  #filled = 0
  /** pieces that were sent and are not scanned yet */
  #onTheWay = 0
  /** what whoever listens for hits threw */
  #refusal: { readonly error: unknown } | null = null

  /** @param id of the stream in its worker */
  constructor(worker: StreamHost, id: number, onHit: (hit: Hit) => void) {
    this.#worker = worker
    this.#id = id
    this.#onHit = onHit
    if (worker.lost !== null) this.lose(worker.lost)
  }

  async push(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0 && this.#worker.lost === null; ) {
      rest = rest.subarray(this.#fill(rest))
      if (this.#filled === PIECE || this.#onTheWay === 0) this.#send()
      await this.#worker.mayGoOn()
    }
  }

  /** @throws what the listener for hits threw, as a scan in this thread does */
  async end(): Promise<ScanCoverage> {
    this.#send()
    this.#worker.close(this.#id)
    const coverage = await this.#coverage.promise
    if (this.#refusal !== null) throw this.#refusal.error
    return coverage
  }

  drop(): void {
    this.#room = null
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
    this.#onTheWay -= 1
    if (this.#onTheWay === 0) this.#send()
  }

  settle(coverage: ScanCoverage): void {
    this.#coverage.resolve(coverage)
  }

  /** The worker died: what it had scanned, and had found, is all there is. */
  lose(reason: string): void {
    const said = `a worker of the scan was lost (${reason}): what was found by then is all that is known of ${this.#scanned} bytes and more`
    this.settle({ bytes: this.#scanned, unpacked: 0, incomplete: [said] })
  }

  /** Copies as much as there is room for, and returns how much that was. */
  #fill(bytes: Uint8Array): number {
    this.#room ??= this.#worker.takeRoom()
    const taken = bytes.subarray(0, PIECE - this.#filled)
    new Uint8Array(this.#room).set(taken, this.#filled)
    this.#filled += taken.length
    return taken.length
  }

  #send(): void {
    if (this.#room === null) return
    this.#worker.send(this.#id, this.#room, this.#filled)
    this.#onTheWay += 1
    this.#room = null
    this.#filled = 0
  }
}
