import { availableParallelism } from 'node:os'
import type { RunKey } from '../../canary/key.ts'
import type { Limits } from '../limits.ts'
import type { Hit, Scanner, ScanStream } from '../scan.ts'
import { createScanner } from '../scanner.ts'
import { PlacedStream } from './placed-stream.ts'
import { RemoteWorker } from './remote-worker.ts'

/** Bytes that are scanned before it pays to start workers, which takes as long as scanning so many. */
const START_AFTER = 16 * 2 ** 20

/** More would take more memory than time is gained. */
const MOST_WORKERS = 64

export interface PoolOptions {
  /** threads, at most 64; 1: all is scanned in this one */
  readonly workers: number
  /** bytes to scan before any is started */
  readonly startAfter: number
  readonly start: () => RemoteWorker
}

/** A scanner that may have threads to close. */
export type PooledScanner = Scanner & AsyncDisposable & { readonly atOnce: number }

/**
 * A scanner for the canaries of the run with this key that spreads streams over worker threads: each stream is scanned by
 * one of them from its beginning to its end. Names and other small streams, and the first ones, are scanned here.
 */
export function createPooledScanner(
  key: RunKey,
  limits: Partial<Limits> = {},
  options: Partial<PoolOptions> = {},
): PooledScanner {
  const { workers = availableParallelism(), startAfter = START_AFTER } = options
  const { start = () => new RemoteWorker({ key: key.hex, limits }) } = options
  return new Pool(createScanner(key, limits), { workers, startAfter, start })
}

class Pool implements PooledScanner {
  readonly atOnce: number
  readonly #local: Scanner
  readonly #options: PoolOptions
  #workers: RemoteWorker[] = []
  #received = 0
  #closed = false

  constructor(local: Scanner, options: PoolOptions) {
    this.#local = local
    this.#options = options
    this.atOnce = Math.min(Math.max(1, options.workers), MOST_WORKERS)
  }

  open(onHit: (hit: Hit) => void): ScanStream {
    if (this.atOnce === 1) return this.#local.open(onHit)
    const received = (bytes: number): void => {
      this.#received += bytes
    }
    return new PlacedStream({ here: () => this.#local.open(onHit), anywhere: () => this.#place(onHit), received })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const workers = this.#workers
    this.#workers = []
    for (const worker of workers) await worker[Symbol.asyncDispose]()
  }

  /** By the worker that has least to do; here while there is none. */
  #place(onHit: (hit: Hit) => void): ScanStream {
    if (this.#received < this.#options.startAfter || this.#closed) return this.#local.open(onHit)
    if (this.#workers.length === 0) this.#workers = Array.from({ length: this.atOnce }, this.#options.start)
    const ready = this.#workers.filter(worker => worker.isReady)
    const [least] = ready.sort((one, other) => one.load - other.load)
    return (least ?? this.#local).open(onHit)
  }
}
