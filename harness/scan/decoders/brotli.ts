import { constants, createBrotliDecompress } from 'node:zlib'
import type { ProbingDecoder } from './decoder.ts'
import { Unpacking } from './unpacking.ts'

/** Brotli has no redundancy at its beginning: other bytes may unpack to some. */
const CREDIBLE = 65_536

/** Brotli (RFC 7932) that a stream begins with. It has no header: a deep scan tries a stream's first byte. */
export const brotliDecoder: ProbingDecoder = {
  name: 'brotli',
  kind: 'compressed',
  period: null,
  isPlausible: () => true,
  open: () =>
    new Unpacking(
      'brotli',
      chunkSize => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH, chunkSize }),
      (_, unpacked) => unpacked >= CREDIBLE,
    ),
}
