import type { Ledger } from '../../ledger.ts'
import type { Emit } from '../../sighted.ts'
import type { Sink } from '../../sink.ts'

/** One way to see what is written while it is written. */
export interface WriteChannel extends AsyncDisposable {
  readonly sight: Pick<Sink, 'tier' | 'blindTo'>
  /** how long a file must live to be seen, in seconds: the control lives as long */
  readonly holdSeconds: number
  /** changes with every write that is seen */
  pulse(): string
  /** Settles when all that was written until now has been scanned, in bounded time. Never rejects. */
  flush(): Promise<void>
  /** Says what it did not see so far, and what it found itself. */
  report(emit: Emit, ledger: Ledger): void
}

/** Why a channel cannot be used from here. */
export interface Refusal {
  readonly reason: string
  readonly mend: string
}
