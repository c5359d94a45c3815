import { History } from '../history.ts'
import { unpackLz4Block } from '../lz4-block.ts'
import { unpackPglz } from './pglz.ts'

/** What stands before packed data (va_tcinfo): 30 bits of the unpacked size, and 2 of the method. */
export const INFO_SIZE = 4
const SIZE_BITS = 30
/** How each method unpacks, and the most that one byte of it can unpack to (toast_compression.h). */
const methods = [
  { unpack: unpackPglz, bestRatio: 90 },
  { unpack: unpackLz4Block, bestRatio: 255 },
]
/** Less than this is packed by chance alone, or holds no canary. */
const SMALLEST = 32
/** More is not unpacked. Postgres itself holds values of up to 1 GiB. */
export const LARGEST = 2 ** 27

/** What came out of packed data: all that their header promises, or what there is up to damage or a cut. */
export interface Unpacked {
  readonly bytes: Buffer
  readonly isWhole: boolean
}

const methodOf = (info: number): (typeof methods)[number] | undefined => methods[info >>> SIZE_BITS]
const sizeOf = (info: number): number => info % 2 ** SIZE_BITS

/** Whether what the header at `at` promises can be true for so many bytes of header and data. */
export function isPossible(bytes: Buffer, at: number, length: number): boolean {
  if (length <= INFO_SIZE) return false
  const info = bytes.readUInt32LE(at)
  const size = sizeOf(info)
  const packed = length - INFO_SIZE
  const ratio = methodOf(info)?.bestRatio ?? 0
  return size >= SMALLEST && size > packed && size <= packed * ratio
}

/** Unpacks a value that Postgres packed (varatt.h): its header of 4 bytes and the packed data, which may be cut. */
export function unpackDatum(datum: Buffer): Unpacked {
  const info = datum.length < INFO_SIZE ? 0 : datum.readUInt32LE(0)
  const packed = datum.subarray(INFO_SIZE)
  const method = methodOf(info)
  if (method === undefined) return { bytes: Buffer.alloc(0), isWhole: false }
  const history = new History(Math.min(sizeOf(info), packed.length * method.bestRatio, LARGEST))
  const isTaken = method.unpack(packed, history)
  return { bytes: history.from(0), isWhole: isTaken && packed.length > 0 && history.length === sizeOf(info) }
}
