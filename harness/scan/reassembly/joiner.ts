import type { PiecesKernel } from '../kernel/pieces-kernel.ts'
import type { Hit } from '../scan.ts'
import type { OnHit } from './joined-hits.ts'
import type { Joined } from './joined-text.ts'

/** How pieces were joined, as it stands in `via`. */
export type Joining = 'records' | 'lines' | 'dump'

/** What a layer gives for its pieces to be joined. */
export interface Joiner {
  /** the layer is a text that was joined */
  readonly isJoined: boolean
  /** knows what is looked for */
  readonly pieces: PiecesKernel
  /** more is looked for than needles: all that is in pieces is joined and scanned */
  readonly takesAll: boolean
  /** records may stand in the texts of records */
  readonly nests: boolean
  /** opens what scans a joined text */
  open(joining: Joining, onHit: OnHit): Joined
  /** takes what was found, at its place in the layer @param span bytes of the layer that its pieces take */
  report(hit: Hit, span?: number): void
  /** says what was not joined */
  note(reason: string): void
}
