import type { SurfaceRequest } from './surface.ts'

/** A request that ends badly on purpose. */
export interface FaultyRequest {
  readonly request: SurfaceRequest
  /** what our upstream does with it, in place of an answer; `text` of a failure is made by the driver */
  readonly upstream?: 'fail' | 'stall' | undefined
  /** hang up after this many body chunks */
  readonly abortAfterChunks?: number | undefined
}

/** A way in which a request ends badly: one a file. */
export interface Fault {
  readonly id: string
  /** what must be there to cause it: an upstream that is ours, a streamed variant; null: nothing */
  readonly needs: 'upstream' | 'stream' | null
  apply(request: SurfaceRequest): FaultyRequest
}
