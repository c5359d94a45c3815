import { Buffer } from 'node:buffer'
import type { Place } from '../model/sighting.ts'
import type { Scanner, ScanStream } from '../scan/scan.ts'
import { type Emit, sighted } from './sighted.ts'

const MOST_WAITING_BYTES = 64 * 1024 * 1024
const OVERLAP_BYTES = 64 * 1024
/** kept in memory as long as outputs to look for are not known */
const MOST_KEPT_BYTES = 64 * 1024 * 1024

/** Where a live stream is, and what becomes of what is seen in it. */
export interface LiveTarget {
  readonly scanner: Scanner
  readonly place: Place
  readonly keep: Emit
  readonly gap: (reason: string) => void
}

/**
 * Scans a stream that has no end in sight. Chunks are queued in order and scanned as they come. `flush` scans all that
 * has come so far to its end; the next part then begins with the last 64 KiB of the part before, so that no seam is
 * lost. So the same sighting may be kept twice, with the same offset. What came before the outputs to look for were known
 * is scanned again at the first `flush` when they are.
 */
export class LiveScan {
  readonly #target: LiveTarget
  #stream: ScanStream
  #received = 0
  #waiting = 0
  /** where the current part begins in the whole stream, and how much of it was scanned */
  #base = 0
  #scanned = 0
  #recent: Uint8Array[] = []
  #recentBytes = 0
  /** from the stream's beginning on, until it is scanned again; null where that is not needed */
  #kept: Uint8Array[] | null
  #keptBytes = 0
  #queue: Promise<void> = Promise.resolve()

  constructor(target: LiveTarget) {
    this.#target = target
    this.#stream = this.#open()
    this.#kept = target.scanner.isWaiting === true ? [] : null
  }

  get bytes(): number {
    return this.#received
  }

  /**
   * The chunk must not be changed by the caller afterwards. Who can wait does, for back-pressure; for who cannot, at most
   * 64 MiB are queued, and a chunk beyond is a gap.
   */
  push(chunk: Uint8Array): Promise<void> {
    this.#received += chunk.length
    if (this.#waiting + chunk.length > MOST_WAITING_BYTES) {
      this.#target.gap('more came than could be scanned in time; some of it was not scanned')
      return this.#queue
    }
    this.#waiting += chunk.length
    this.#keep(chunk)
    return this.#then(async () => {
      await this.#stream.push(chunk)
      this.#waiting -= chunk.length
      this.#scanned += chunk.length
      this.#remember(chunk)
    })
  }

  flush(): Promise<void> {
    return this.#then(async () => {
      const { incomplete } = await this.#stream.end()
      for (const reason of incomplete) this.#target.gap(reason)
      const overlap = Buffer.concat(this.#recent)
      this.#base += this.#scanned - overlap.length
      this.#scanned = overlap.length
      this.#stream = this.#open()
      await this.#stream.push(overlap)
      await this.#scanAgain()
    })
  }

  #keep(chunk: Uint8Array): void {
    if (this.#kept === null) return
    this.#keptBytes += chunk.length
    if (this.#keptBytes <= MOST_KEPT_BYTES) this.#kept.push(chunk)
    else
      this.#target.gap(`outputs were not looked for beyond the first ${MOST_KEPT_BYTES / 2 ** 20} MiB of the traffic`)
  }

  async #scanAgain(): Promise<void> {
    const { scanner, place, keep, gap } = this.#target
    if (this.#kept === null || scanner.isWaiting === true) return
    const kept = this.#kept
    this.#kept = null
    const stream = scanner.open(hit => keep(sighted(hit, place)))
    for (const chunk of kept) await stream.push(chunk)
    for (const reason of (await stream.end()).incomplete) gap(reason)
  }

  #remember(chunk: Uint8Array): void {
    const last = chunk.length > OVERLAP_BYTES ? chunk.slice(-OVERLAP_BYTES) : chunk
    this.#recent.push(last)
    this.#recentBytes += last.length
    while (this.#recentBytes - (this.#recent[0]?.length ?? 0) >= OVERLAP_BYTES) {
      this.#recentBytes -= this.#recent.shift()?.length ?? 0
    }
  }

  #open(): ScanStream {
    const base = this.#base
    const { scanner, place, keep } = this.#target
    return scanner.open(hit => keep(sighted({ ...hit, offset: hit.offset + base }, place)))
  }

  #then(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step)
    return this.#queue
  }
}
