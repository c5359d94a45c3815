import { constants, createInflateRaw } from 'node:zlib'
import type { Decoding, ProbingDecoder } from './decoder.ts'
import { mayBeDeflate } from './deflate-probe.ts'
import { Unpacking } from './unpacking.ts'

/** Without any header: so much does not come out of what is no deflate. */
const CREDIBLE_STREAM = 4096

/**
 * Raw deflate (RFC 1951) after a header of a container named `name`.
 * @param credible other bytes after such a header do not unpack to so much before they turn out wrong
 */
export function deflated(name: string, credible = 64): Decoding {
  return new Unpacking(
    name,
    chunkSize => createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize }),
    credible,
  )
}

/** Raw deflate that a stream begins with. It has no header, so only a stream's first byte can be tried. */
export const deflateDecoder: ProbingDecoder = {
  name: 'deflate',
  kind: 'compressed',
  period: null,
  isPlausible: mayBeDeflate,
  open: () => deflated('deflate', CREDIBLE_STREAM),
}
