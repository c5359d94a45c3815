import { brotliDecompressSync, crc32, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { History } from './history.ts'
import { unpackLz4Block } from './lz4-block.ts'
import { snappyLength, unpackSnappyBlock } from './snappy-block.ts'
import type { Fields } from './thrift-compact.ts'

/** The header of a page (PageHeader in parquet.thrift). */
export interface Page {
  readonly packed: number
  readonly unpacked: number
  /** bytes before the data that are never packed */
  readonly levels: number
  /** checksum of the packed bytes, or null */
  readonly crc: number | null
}

const DATA = 0
const DICTIONARY = 2
const DATA_V2 = 3
/** Fields of a header: of the page, and of its kind. */
const KIND_FIELD = 1
const UNPACKED_FIELD = 2
const PACKED_FIELD = 3
const CRC_FIELD = 4
const headerFields = new Map([
  [DATA, 5],
  [DICTIONARY, 7],
  [DATA_V2, 8],
])
const DEFINITION_LENGTH = 5
const REPETITION_LENGTH = 6

const numberOf = (fields: Fields, id: number): number | null => {
  const value = fields.get(id)
  return typeof value === 'number' ? value : null
}

/** Reads the header of a page, or null when these are other fields. */
export function pageOf(fields: Fields): Page | null {
  const kind = numberOf(fields, KIND_FIELD) ?? -1
  const unpacked = numberOf(fields, UNPACKED_FIELD) ?? -1
  const packed = numberOf(fields, PACKED_FIELD) ?? -1
  const crc = numberOf(fields, CRC_FIELD)
  const header = fields.get(headerFields.get(kind) ?? -1)
  if (!(header instanceof Map) || header.size < 2 || packed < 0 || unpacked < 0) return null
  const levels =
    kind === DATA_V2 ? (numberOf(header, DEFINITION_LENGTH) ?? 0) + (numberOf(header, REPETITION_LENGTH) ?? 0) : 0
  if (levels < 0 || levels > packed || levels > unpacked) return null
  return { packed, unpacked, levels, crc: crc === null ? null : crc >>> 0 }
}

/** No byte of a block of lz4 or snappy unpacks to more. */
const BEST_BLOCK_RATIO = 255

/** Bytes that a library unpacks at a time: it keeps room for as many after a failure, until the event loop turns. */
const SMALLEST_CHUNK = 64
const LARGEST_CHUNK = 16 * 1024

const GZIP = Uint8Array.of(0x1f, 0x8b)
const ZSTD = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)

type Unpack = (packed: Uint8Array, size: number) => Uint8Array | null

/** The codecs of the format: which one a column has stands at the end of the file, so that all are tried. */
const codecs: readonly Unpack[] = [
  after(GZIP, byLibrary(gunzipSync)),
  after(ZSTD, byLibrary(zstdDecompressSync)),
  (packed, size) => (snappyLength(packed).value === size ? byBlock(unpackSnappyBlock)(packed, size) : null),
  byBlock(unpackLz4Block),
  byLibrary(brotliDecompressSync),
  unpackHadoopLz4,
]

interface Sizes {
  readonly maxOutputLength: number
  readonly chunkSize: number
}

/** The library is called for nothing else: it takes longer to fail. */
function after(magic: Uint8Array, unpack: Unpack): Unpack {
  return (packed, size) => (magic.every((byte, at) => byte === packed[at]) ? unpack(packed, size) : null)
}

function byLibrary(unpack: (packed: Uint8Array, options: Sizes) => Uint8Array): Unpack {
  return (packed, size) => {
    try {
      return unpack(packed, {
        maxOutputLength: Math.max(1, size),
        chunkSize: Math.max(SMALLEST_CHUNK, Math.min(size, LARGEST_CHUNK)),
      })
    } catch {
      return null
    }
  }
}

function byBlock(unpack: (block: Uint8Array, history: History) => boolean): Unpack {
  return (packed, size) => {
    const history = new History(Math.min(size, BEST_BLOCK_RATIO * packed.length))
    return unpack(packed, history) ? history.from(0) : null
  }
}

/** The older LZ4: the two sizes of a block, highest byte first, before it; again until the end. */
function unpackHadoopLz4(packed: Uint8Array, size: number): Uint8Array | null {
  const bytes = Buffer.from(packed)
  const history = new History(Math.min(size, BEST_BLOCK_RATIO * packed.length))
  for (let at = 0; at < bytes.length; ) {
    if (at + 8 > bytes.length) return null
    const end = at + 8 + bytes.readUInt32BE(at + 4)
    if (end > bytes.length || !unpackLz4Block(bytes.subarray(at + 8, end), history)) return null
    at = end
  }
  return history.from(0)
}

/** What the page holds; null: no codec unpacks it to exactly the size that its header gives. */
export function unpackPage(page: Page, bytes: Uint8Array): Uint8Array | null {
  const packed = bytes.subarray(page.levels)
  const size = page.unpacked - page.levels
  if (packed.length === 0 && size === 0) return bytes
  for (const unpack of codecs) {
    const unpacked = unpack(packed, size)
    if (unpacked !== null && unpacked.length === size) return unpacked
  }
  return packed.length === size ? packed : null
}

/** Whether the checksum, where there is one, is that of the packed bytes. */
export function isPageRight({ crc }: Page, bytes: Uint8Array): boolean {
  return crc === null || crc === crc32(bytes)
}
