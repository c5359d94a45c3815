import type { PackedVocabulary } from '../../canary/tokens/packed-vocabulary.ts'
import type { Limits } from '../limits.ts'
import type { Hit, ScanCoverage } from '../scan.ts'

/** What a worker of the scan is started with. */
export interface WorkerSetup {
  /** the key of the run, as hex */
  readonly key: string
  readonly limits: Partial<Limits>
  /** whose token ids are looked for, in memory that is shared with the worker */
  readonly vocabularies: readonly PackedVocabulary[]
}

/** What a worker is told about one of its streams, in this order: `open`, `push` any number of times, `end` or `drop`. */
export type Order =
  | { readonly kind: 'open' | 'end' | 'drop'; readonly stream: number }
  /** the buffer is handed over; its first `length` bytes are the next of the stream */
  | { readonly kind: 'push'; readonly stream: number; readonly buffer: ArrayBuffer; readonly length: number }

/** What a worker answers: `ready` once; each `push` with `taken`, in their order; each `end` with `ended`. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'hit'; readonly stream: number; readonly hit: Hit }
  /** those bytes were scanned; the buffer is handed back */
  | { readonly kind: 'taken'; readonly stream: number; readonly buffer: ArrayBuffer; readonly length: number }
  | { readonly kind: 'ended'; readonly stream: number; readonly coverage: ScanCoverage }
