import type { Trailer } from './checked.ts'
import { beginsWith, Checked } from './checked.ts'
import { adler32 } from './checksum.ts'
import type { CarvedDecoder } from './decoder.ts'
import { deflated, SURE } from './deflate.ts'
import { mayBeDeflate } from './deflate-probe.ts'
import { Headed } from './headed.ts'

const HEADER_SIZE = 2
/** A window of 32 KiB at each level of compression, with its check (RFC 1950, 2.2): what all writers make by default. */
const headers = [0x01, 0x5e, 0x9c, 0xda].map(flags => Uint8Array.of(0x78, flags))

/** The third byte begins a block of deflate: stored, with the fixed code, or with one of at most 286 symbols. */
function mayBeginBlock(byte: number): boolean {
  const type = (byte >> 1) & 3
  if (type === 0) return byte <= 1
  return type === 1 || (type === 2 && byte >> 3 <= 29)
}

const everyByte = Array.from({ length: 256 }, (_, byte) => byte)

const trailer: Trailer = { size: 4, isRight: beginsWith }

/**
 * A zlib stream (RFC 1950), carved: its end may be cut, anything may follow. Two bytes of header are often met by chance,
 * so that damage is said only of what is surely deflate.
 */
export const zlibDecoder: CarvedDecoder = {
  name: 'zlib',
  kind: 'compressed',
  period: null,
  magics: headers.flatMap(header => everyByte.filter(mayBeginBlock).map(byte => Uint8Array.of(...header, byte))),
  wrapped: { magics: headers, depth: 1, onlyAtBegin: true },
  isPlausible: (codes, at) => mayBeDeflate(codes, at + HEADER_SIZE),
  open: () =>
    new Headed(
      bytes =>
        bytes.length < HEADER_SIZE
          ? null
          : { size: HEADER_SIZE, body: new Checked('zlib', deflated('zlib', SURE), adler32(), trailer) },
      HEADER_SIZE,
    ),
}
