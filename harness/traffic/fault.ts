import type { SurfaceRequest } from './surface.ts'

/** A request that ends badly on purpose. */
export interface FaultyRequest {
  readonly request: SurfaceRequest
  /** what our upstream does with it, in place of an answer */
  readonly upstream?: 'fail' | 'stall'
  /** hang up after this many body chunks of a 2xx answer */
  readonly abortAfterChunks?: number
  /** so many bytes of ordinary words are put into the body's longest text, between its canaries */
  readonly padding?: number
}

/** A way in which a request ends badly: one a file. */
export interface Fault {
  /** such as `malformed-json`; the file is named for it */
  readonly id: string
  /** what must be there to cause it: an upstream that is ours, a streamed variant; null: nothing */
  readonly needs: 'upstream' | 'stream' | null
  /** the body is over limits that are common */
  readonly isLong?: true
  /** asked for in place of the chosen model */
  readonly model?: string
  /** `request` has a JSON body, except for a fault that needs a stream */
  apply(request: SurfaceRequest): FaultyRequest
}
