import type { Codes } from '../../canary/form.ts'
import type { CarvedDecoder } from './decoder.ts'
import { History } from './history.ts'
import { unpackLz4Block } from './lz4-block.ts'
import type { Parser } from './parsing.ts'
import { Parsing, whole } from './parsing.ts'
import { apart } from './store-values.ts'

/** What a file of journald begins with (systemd.io/JOURNAL_FILE_FORMAT). */
const magic = Buffer.from('LPKSHHRH')
const FLAGS_AT = 12
const HAS_LZ4 = 0x02
const IS_COMPACT = 0x10
const HEADER_SIZE_AT = 88
const FIXED_SIZE = HEADER_SIZE_AT + 8
const LONGEST_HEADER = 4096
/** Objects begin at places that divide by 8, with a type, flags and their size. */
const ALIGNMENT = 8
const OBJECT_HEADER = 16
const LARGEST_OBJECT = 2 ** 30
const DATA = 1
const PACKED_BY_LZ4 = 0x02
/** Where a field begins after that header, behind its hash and places of other objects. */
const FIELD_AT = 48
const COMPACT_FIELD_AT = 56
/** Before the block: the size of what it unpacks to. */
const LENGTH_SIZE = 8
const BEST_RATIO = 255
/** Of one field, more is not held in memory: packed, and unpacked. */
const MOST_PACKED = 16 * 2 ** 20
const MOST_UNPACKED = 128 * 2 ** 20
const PIECE = 64 * 1024

/** A file of journald with fields that are packed by LZ4. Those by zstd or xz hold frames, which are known by themselves. */
export const journalDecoder: CarvedDecoder = {
  name: 'journald',
  kind: 'store',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible: (codes: Codes, at: number) => ((codes[at + FLAGS_AT] ?? 0) & HAS_LZ4) !== 0,
  open: () => new Parsing(parse()),
}

function* parse(): Parser {
  const header = Buffer.from(yield FIXED_SIZE)
  if (header.length < FIXED_SIZE) return whole
  const headerSize = header.readUInt32LE(HEADER_SIZE_AT)
  if (headerSize < FIXED_SIZE || headerSize > LONGEST_HEADER) return whole
  yield headerSize - FIXED_SIZE
  const fieldAt = header.readUInt8(FLAGS_AT) & IS_COMPACT ? COMPACT_FIELD_AT : FIELD_AT
  let damage: string | null = null
  for (;;) {
    const object = Buffer.from(yield OBJECT_HEADER)
    const size = object.length < OBJECT_HEADER ? 0 : Number(object.readBigUInt64LE(8))
    // Behind the last object there are zeros.
    if (size < OBJECT_HEADER || size > LARGEST_OBJECT) return { damage, unused: object.length, isCertain: true }
    const isPacked = object[0] === DATA && ((object[1] ?? 0) & PACKED_BY_LZ4) !== 0
    let left = Math.ceil(size / ALIGNMENT) * ALIGNMENT - OBJECT_HEADER
    if (isPacked) {
      const bytes = Buffer.from(yield Math.min(left, MOST_PACKED))
      const field = unpackField(bytes, fieldAt, size - OBJECT_HEADER)
      yield* apart(field.bytes)
      if (!field.isWhole && bytes.length === Math.min(left, MOST_PACKED))
        damage = `only ${field.bytes.length} bytes of a field were unpacked`
      left -= Math.min(left, MOST_PACKED)
    }
    for (; left > 0; left -= PIECE) yield Math.min(left, PIECE)
  }
}

/** @param size of the object after its header, of which not all may have come */
function unpackField(bytes: Buffer, at: number, size: number): { bytes: Uint8Array; isWhole: boolean } {
  const begin = at + LENGTH_SIZE
  if (bytes.length <= begin) return { bytes: Buffer.alloc(0), isWhole: false }
  const packed = bytes.subarray(begin, size)
  const promised = Number(bytes.readBigUInt64LE(at))
  const history = new History(Math.min(promised, packed.length * BEST_RATIO, MOST_UNPACKED))
  const isTaken = unpackLz4Block(packed, history)
  return { bytes: history.from(0), isWhole: isTaken && bytes.length >= size && history.length === promised }
}
