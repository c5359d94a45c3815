import { type Report, weightOf } from './messages.ts'

const MOST_IN_FLIGHT_BYTES = 8 * 2 ** 20
const MOST_WAITING_BYTES = 64 * 2 ** 20

/**
 * What waits to be sent to Lethe, in order. Lethe says what it has dealt with; at most 8 MiB are on their way, and 64 MiB wait
 * here: who has more looks at `isFull` first, or waits for `room`.
 */
export class Outbox {
  readonly #send: (report: Report) => void
  readonly #waiting: Report[] = []
  #waitingBytes = 0
  #inFlight = 0
  #wake: (() => void)[] = []

  constructor(send: (report: Report) => void) {
    this.#send = send
  }

  get isFull(): boolean {
    return this.#waitingBytes >= MOST_WAITING_BYTES
  }

  /** Settles once there is room. */
  async room(): Promise<void> {
    while (this.isFull) await new Promise<void>(resolve => this.#wake.push(resolve))
  }

  add(report: Report): void {
    this.#waiting.push(report)
    this.#waitingBytes += weightOf(report)
    this.#sendMore()
  }

  taken(weight: number): void {
    this.#inFlight -= weight
    this.#sendMore()
  }

  #sendMore(): void {
    let sent = 0
    for (const report of this.#waiting) {
      if (this.#inFlight >= MOST_IN_FLIGHT_BYTES) break
      sent += 1
      this.#waitingBytes -= weightOf(report)
      this.#inFlight += weightOf(report)
      this.#send(report)
    }
    this.#waiting.splice(0, sent)
    if (this.isFull) return
    for (const wake of this.#wake.splice(0)) wake()
  }
}
