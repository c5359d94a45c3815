import { constants, createInflateRaw } from 'node:zlib'
import type { Decoding, ProbingDecoder } from './decoder.ts'
import { isDeflate } from './deflate-evidence.ts'
import { mayBeDeflate } from './deflate-probe.ts'
import { Unpacking } from './unpacking.ts'

/** How sure it must be that bytes are deflate, in bits, where a header of two bytes or none is before them. */
export const SURE = 30
/** The same after a header that is seldom met by chance. */
const SURE_AFTER_HEADER = 16

/**
 * Raw deflate (RFC 1951) after a header of a container named `name`.
 * @param sure how sure it must be that these are no other bytes, in bits
 */
export function deflated(name: string, sure = SURE_AFTER_HEADER): Decoding {
  return new Unpacking(
    name,
    chunkSize => createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize }),
    beginning => isDeflate(beginning, sure),
  )
}

/** Raw deflate that a stream begins with. It has no header, so only a stream's first byte can be tried. */
export const deflateDecoder: ProbingDecoder = {
  name: 'deflate',
  kind: 'compressed',
  period: null,
  isPlausible: mayBeDeflate,
  open: () => deflated('deflate', SURE),
}
