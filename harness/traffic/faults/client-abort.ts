import type { Fault } from '../fault.ts'

/** The caller hangs up in the middle of a streamed answer. */
export const clientAbort: Fault = {
  id: 'client-abort',
  needs: 'stream',
  apply: request => ({ request, abortAfterChunks: 1 }),
}
