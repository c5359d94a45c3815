import type { Codes } from '../../canary/form.ts'
import type { CarvedDecoder } from './decoder.ts'
import { History } from './history.ts'
import { unpackLz4Block } from './lz4-block.ts'
import type { Parser } from './parsing.ts'
import { ended, Parsing, whole } from './parsing.ts'
import { damaged } from './unpacking.ts'

/** An object of type DATA that is packed by LZ4, and six bytes of zeros (systemd.io/JOURNAL_FILE_FORMAT). */
const magic = Uint8Array.of(0x01, 0x02, 0, 0, 0, 0, 0, 0)
const HEADER_SIZE = 16
/** Where the payload begins after the header, behind other fields: in files of the usual and of the compact kind. */
const payloads = [48, 56] as const
/** Before the block: the size of what it unpacks to. */
const LENGTH_SIZE = 8
const BEST_RATIO = 255
/** Of one object, more is not held in memory: packed, and unpacked. */
const MOST_PACKED = 16 * 2 ** 20
const MOST_UNPACKED = 128 * 2 ** 20
/** More than what is read first, to tell large objects from other bytes, which do not unpack to so much. */
const PROBE = 64 * 1024
const CREDIBLE = 4096

/** A field in a file of journald that is packed by LZ4. Those by zstd or xz hold frames, which are known by themselves. */
export const journalDecoder: CarvedDecoder = {
  name: 'journald',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { magics: [], depth: 0, onlyAtBegin: false },
  isPlausible,
  open: () => new Parsing(parse()),
}

/** The object's size fits, and the next one of the same hash stands at a place that divides by 8, below 2^48. */
function isPlausible(codes: Codes, at: number): boolean {
  const size = [8, 9, 10, 11].reduce((sum, place) => sum + (codes[at + place] ?? 0) * 256 ** (place - 8), 0)
  const isSize = size > HEADER_SIZE + payloads[0] + LENGTH_SIZE
  const isPlace = (codes[at + 24] ?? -1) % 8 === 0
  return isSize && isPlace && [12, 13, 14, 15, 30, 31].every(place => codes[at + place] === 0)
}

function* parse(): Parser {
  const header = Buffer.from(yield HEADER_SIZE)
  if (header.length < HEADER_SIZE) return whole
  const size = header.readUInt32LE(8) - HEADER_SIZE
  let bytes = Buffer.from(yield Math.min(size, PROBE))
  let field = bestField(bytes, size)
  if (bytes.length < size && field.bytes.length < CREDIBLE) return whole
  if (bytes.length === PROBE) {
    bytes = Buffer.concat([bytes, yield Math.min(size, MOST_PACKED) - PROBE])
    field = bestField(bytes, size)
  }
  const isCut = bytes.length < size
  if (!field.isWhole && !isCut && field.bytes.length < CREDIBLE) return whole
  yield field.bytes
  return field.isWhole || (isCut && bytes.length < MOST_PACKED) ? whole : ended(damaged('journald', field.bytes.length))
}

/** What a field unpacks to, and whether that is all of it. */
interface Field {
  readonly bytes: Uint8Array
  readonly isWhole: boolean
}

/** The field of an object of `size` bytes after its header, of which these have come: of both kinds of file, what unpacks to more. */
function bestField(bytes: Buffer, size: number): Field {
  const [one, other] = [unpackField(bytes, payloads[0], size), unpackField(bytes, payloads[1], size)]
  return one.isWhole || (!other.isWhole && one.bytes.length >= other.bytes.length) ? one : other
}

function unpackField(bytes: Buffer, at: number, size: number): Field {
  const begin = at + LENGTH_SIZE
  const packed = size - begin
  const promised = bytes.length <= begin ? 0 : Number(bytes.readBigUInt64LE(at))
  if (promised <= packed || promised > packed * BEST_RATIO) return { bytes: Buffer.alloc(0), isWhole: false }
  const history = new History(Math.min(promised, MOST_UNPACKED))
  const isTaken = unpackLz4Block(bytes.subarray(begin), history)
  return { bytes: history.from(0), isWhole: isTaken && history.length === promised && bytes.length === size }
}
