import { constants, inflateRawSync } from 'node:zlib'
import type { Trailer } from './checked.ts'
import { beginsWith, Checked } from './checked.ts'
import { adler32 } from './checksum.ts'
import type { CarvedDecoder } from './decoder.ts'
import { deflated, SURE } from './deflate.ts'
import { isDeflate } from './deflate-evidence.ts'
import { mayBeDeflate } from './deflate-probe.ts'
import type { Header } from './headed.ts'
import { Headed } from './headed.ts'

const HEADER_SIZE = 2
/** Of a stored block, with the header before it. */
const STORED_HEADER_SIZE = 5
/** What follows a stored block is judged by so many bytes, which unpack to half a MiB at most. */
const JUDGED = 512
const LONGEST = HEADER_SIZE + STORED_HEADER_SIZE + 65_535 + JUDGED
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
  open: () => new Headed(readHeader, LONGEST),
}

/**
 * Where the first block is stored, what follows it tells whether it is one: machine code is full of numbers that begin
 * so. Until then there is nothing to unpack: what a stored block holds is seen as it stands.
 */
function readHeader(bytes: Uint8Array, isAll: boolean): Header | null {
  const needed = HEADER_SIZE + STORED_HEADER_SIZE
  if (bytes.length < needed && !isAll) return null
  const type = ((bytes[HEADER_SIZE] ?? 0) >> 1) & 3
  if (type === 0) {
    const length = (bytes[HEADER_SIZE + 1] ?? 0) | ((bytes[HEADER_SIZE + 2] ?? 0) << 8)
    if (bytes.length < needed + length + JUDGED && !isAll) return null
    if (!goesOn(bytes.subarray(HEADER_SIZE))) return { unread: null }
  }
  return { size: HEADER_SIZE, body: new Checked('zlib', deflated('zlib', SURE), adler32(), trailer) }
}

/** Whether what begins with a stored block is deflate as far as it is there, with the right checksum where it ends. */
function goesOn(data: Uint8Array): boolean {
  const { bytes, consumed, isWrong } = inflated(data)
  if (isWrong) return isDeflate(data, SURE)
  const stored = data.subarray(consumed)
  if (stored.length < trailer.size) return true
  const sum = adler32()
  sum.update(bytes)
  return trailer.isRight(stored, sum.digest()) || isDeflate(data.subarray(0, consumed), SURE)
}

function inflated(data: Uint8Array): { bytes: Uint8Array; consumed: number; isWrong: boolean } {
  try {
    // The types do not know what `info` gives.
    const result: unknown = inflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH, info: true })
    const { buffer, engine } = result as { buffer: Buffer; engine: { bytesWritten: number } }
    return { bytes: buffer, consumed: engine.bytesWritten, isWrong: false }
  } catch {
    return { bytes: new Uint8Array(0), consumed: 0, isWrong: true }
  }
}
