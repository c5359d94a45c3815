import { reasonOf } from '../../model/error.ts'
import type { ScanCoverage, ScanStream } from '../scan.ts'

/** A stream within a worker: what is asked of it is done one after another, however fast it comes. Never rejects. */
export class HostedStream {
  readonly #stream: ScanStream
  #last: Promise<void> = Promise.resolve()
  #scanned = 0
  /** why nothing is scanned any more */
  #failure: string | null = null

  constructor(stream: ScanStream) {
    this.#stream = stream
  }

  /** @param done called once the bytes may be reused */
  push(bytes: Uint8Array, done: () => void): void {
    this.#then(async () => {
      if (this.#failure === null) await this.#stream.push(bytes)
      this.#scanned += this.#failure === null ? bytes.length : 0
    }).then(done)
  }

  end(done: (coverage: ScanCoverage) => void): void {
    let coverage: ScanCoverage | null = null
    this.#then(async () => {
      if (this.#failure === null) coverage = await this.#stream.end()
    }).then(() => done(coverage ?? this.#failed()))
  }

  #failed(): ScanCoverage {
    return { bytes: this.#scanned, unpacked: 0, incomplete: [`not scanned to its end: ${this.#failure}`] }
  }

  #then(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work).catch(error => {
      this.#failure ??= reasonOf(error)
    })
    return this.#last
  }
}
