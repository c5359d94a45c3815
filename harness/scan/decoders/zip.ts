import type { Codes } from '../../canary/form.ts'
import { bzip2Decoding } from './bzip2.ts'
import type { Trailer } from './checked.ts'
import { beginsWith, Checked } from './checked.ts'
import { crc32 } from './checksum.ts'
import type { CarvedDecoder, Decoding } from './decoder.ts'
import { deflated } from './deflate.ts'
import type { Header } from './headed.ts'
import { Headed } from './headed.ts'
import { parseLzmaStream } from './lzma-stream.ts'
import type { Parser } from './parsing.ts'
import { Parsing } from './parsing.ts'
import { xzDecoding } from './xz.ts'
import { zstdDecoding } from './zstd.ts'

/** A local file header (APPNOTE.TXT 4.3.7): an entry is read from here, whatever the central directory says. */
const magic = Uint8Array.of(0x50, 0x4b, 0x03, 0x04)
const FIXED_SIZE = 30
/** of the format, times ten: 1.0 to 6.3 */
const EARLIEST_VERSION = 10
const LATEST_VERSION = 63
const SPACE = 0x20
const LONGEST_NAME = 4096
const LONGEST_HEADER = FIXED_SIZE + LONGEST_NAME + 65_535
const ENCRYPTED = 0x01
const HAS_DESCRIPTOR = 0x08
/** Of LZMA (APPNOTE.TXT 4.4.4): a marker ends the data. */
const HAS_MARKER = 0x02
const LARGEST_KNOWN = 0xffff_ffff
const CRC_AT = 14
const CRC_SIZE = 4
const STORED = 0

/** How the entry's data are read, by the number of the method; what is stored stands there and needs no reading. */
const methods = new Map<number, (size: number | null) => Decoding>([
  [8, () => deflated('zip')],
  [12, () => bzip2Decoding('zip')],
  [14, size => new Parsing(parseLzmaEntry(size))],
  [93, () => zstdDecoding('zip')],
  [95, () => xzDecoding('zip')],
])
/** Methods that exist and are not read: what of an entry stands in such a one is said to be unread. */
const unreadMethods = new Map([
  [1, 'shrink'],
  [6, 'implode'],
  [9, 'deflate64'],
  [96, 'JPEG'],
  [97, 'WavPack'],
  [98, 'PPMd'],
  [99, 'AES'],
])

/** One entry of a zip archive (also docx, xlsx, jar): sizes are not asked, so that a data descriptor does not matter. */
export const zipDecoder: CarvedDecoder = {
  name: 'zip',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible,
  open: () => new Headed(readHeader, LONGEST_HEADER),
}

function isPlausible(codes: Codes, at: number): boolean {
  const short = (offset: number): number => (codes[at + offset] ?? -1) + (codes[at + offset + 1] ?? -1) * 256
  const version = codes[at + 4] ?? -1
  const method = short(8)
  const isEncrypted = (short(6) & ENCRYPTED) !== 0
  const isKnown = methods.has(method) || unreadMethods.has(method) || (method === STORED && isEncrypted)
  const nameLength = short(26)
  const isVersion = version >= EARLIEST_VERSION && version <= LATEST_VERSION && codes[at + 5] === 0
  const isName = (codes[at + FIXED_SIZE] ?? 0) >= SPACE
  return isVersion && isName && isKnown && nameLength > 0 && nameLength <= LONGEST_NAME
}

function readHeader(bytes: Uint8Array): Header | null {
  if (bytes.length < FIXED_SIZE) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const method = view.getUint16(8, true)
  if (view.getUint16(6, true) & ENCRYPTED) return { unread: 'an entry of zip is encrypted and was not read' }
  const size = FIXED_SIZE + view.getUint16(26, true) + view.getUint16(28, true)
  const open = methods.get(method)
  if (open === undefined)
    return { unread: `an entry of zip is packed by ${unreadMethods.get(method)} and was not read` }
  if (bytes.length < size) return null
  const flags = view.getUint16(6, true)
  const hasDescriptor = (flags & HAS_DESCRIPTOR) !== 0
  const stored = view.getUint32(22, true)
  const unpacked = (flags & (HAS_DESCRIPTOR | HAS_MARKER)) !== 0 || stored === LARGEST_KNOWN ? null : stored
  const trailer = hasDescriptor ? descriptor : known(Uint8Array.from(bytes.subarray(CRC_AT, CRC_AT + CRC_SIZE)))
  return { size, body: new Checked('zip', open(unpacked), crc32(), trailer) }
}

/** LZMA in zip (APPNOTE.TXT 5.8.8): a version and the size of the properties stand before them. */
function* parseLzmaEntry(size: number | null): Parser {
  const [, , low = 0, high = 0] = yield 4
  return yield* parseLzmaStream('zip', Uint8Array.from(yield low + 256 * high), size)
}

const known = (crc: Uint8Array): Trailer => ({ size: 0, isRight: (_, sum) => beginsWith(crc, sum) })

/** A data descriptor (4.3.9): the checksum, mostly after a signature. */
const descriptor: Trailer = {
  size: 2 * CRC_SIZE,
  isRight: (stored, sum) => beginsWith(stored, sum) || beginsWith(stored.subarray(CRC_SIZE), sum),
}
