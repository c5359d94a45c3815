import { availableParallelism } from 'node:os'
import type { RunKey } from '../../canary/key.ts'
import { NO_VOCABULARIES } from '../../canary/tokens/load.ts'
import type { Limits } from '../limits.ts'
import type { Sought } from '../machine.ts'
import type { Hit, Scanner, ScanStream } from '../scan.ts'
import { createScanner } from '../scanner.ts'
import type { Droppable } from './placed-stream.ts'
import { PlacedStream } from './placed-stream.ts'
import { RemoteWorker } from './remote-worker.ts'

/** Bytes that are scanned before it pays to start workers, which takes as long as scanning so many. */
const START_AFTER = 16 * 2 ** 20
/** What is no longer, such as a name, is not worth a message to another thread. */
const SMALL = 4096
/** A stream that is longer is worth workers, when this thread has another one. */
const PATIENCE = 4 * 2 ** 20
/** Bytes of all streams together that are kept until they are placed. */
const MOST_HELD = 4 * PATIENCE

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
  options: Partial<PoolOptions & Sought> = {},
): PooledScanner {
  const { startAfter = START_AFTER, vocabularies = NO_VOCABULARIES, fingerprints = null } = options
  // What is known of outputs is in the memory of this thread.
  const workers = fingerprints === null ? (options.workers ?? availableParallelism()) : 1
  const setup = { key: key.hex, limits, vocabularies: vocabularies.present.map(({ packed }) => packed) }
  const { start = () => new RemoteWorker(setup) } = options
  return new Pool(createScanner(key, limits, { vocabularies, fingerprints }), { workers, startAfter, start })
}

class Pool implements PooledScanner {
  readonly atOnce: number
  readonly blindTo: string | null
  readonly #local: Scanner
  readonly #options: PoolOptions
  #workers: RemoteWorker[] = []
  #received = 0
  #held = 0
  /** streams of more than a few bytes that are scanned in this thread now */
  #busy = 0
  #closed = false

  constructor(local: Scanner, options: PoolOptions) {
    this.blindTo = local.blindTo
    this.#local = local
    this.#options = options
    this.atOnce = Math.min(Math.max(1, options.workers), MOST_WORKERS)
  }

  open(onHit: (hit: Hit) => void): ScanStream {
    if (this.atOnce === 1) return this.#local.open(onHit)
    return new PlacedStream({
      here: () => this.#local.open(onHit),
      anywhere: () => this.#place(onHit),
      received: bytes => {
        this.#received += bytes
      },
      mayHold: bytes => bytes <= SMALL || this.#mayWait(bytes),
      held: bytes => {
        this.#held += bytes
      },
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const workers = this.#workers
    this.#workers = []
    for (const worker of workers) await worker[Symbol.asyncDispose]()
  }

  /** By the worker that has least to do; in this thread the first streams, and all where workers are lost. */
  async #place(onHit: (hit: Hit) => void): Promise<Droppable> {
    const isMuch = this.#received >= this.#options.startAfter || this.#busy > 0
    if (this.#closed || !isMuch) return this.#here(onHit)
    if (this.#workers.length === 0) this.#workers = Array.from({ length: this.atOnce }, this.#options.start)
    if (this.#busy > 0 && this.#ready.length === 0) await startOf(this.#workers)
    const [least] = this.#ready.sort((one, other) => one.load - other.load)
    return least?.open(onHit) ?? this.#here(onHit)
  }

  get isWaiting(): boolean {
    return this.#local.isWaiting ?? false
  }

  get #ready(): RemoteWorker[] {
    return this.#workers.filter(worker => worker.isReady)
  }

  /** While this thread is busy, and no other there yet, another stream loses nothing by waiting. */
  #mayWait(bytes: number): boolean {
    return this.#busy > 0 && this.#ready.length === 0 && bytes <= PATIENCE && this.#held <= MOST_HELD
  }

  #here(onHit: (hit: Hit) => void): Droppable {
    const stream = this.#local.open(onHit)
    this.#busy += 1
    const leave = (): void => {
      this.#busy -= 1
    }
    return {
      push: chunk => stream.push(chunk),
      end: () => {
        leave()
        return stream.end()
      },
      drop: leave,
    }
  }
}

/** Settles when one of the workers is ready, or all are lost. */
async function startOf(workers: readonly RemoteWorker[]): Promise<void> {
  const awake = setInterval(() => undefined, 2 ** 30)
  await Promise.any(
    workers.map(worker => worker.started.then(() => worker.isReady || Promise.reject(worker.lost))),
  ).catch(() => undefined)
  clearInterval(awake)
}
