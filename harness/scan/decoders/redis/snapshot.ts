import type { Codes } from '../../../canary/form.ts'
import type { CarvedDecoder } from '../decoder.ts'
import { History } from '../history.ts'
import type { Parser } from '../parsing.ts'
import { Parsing } from '../parsing.ts'
import { apart } from '../store-values.ts'
import { Waste } from '../waste.ts'
import { isStoredForKey, KEY_REACH } from './key-before.ts'
import { unpackLzf } from './lzf.ts'
import type { PackedString } from './packed-string.ts'
import { BEST_RATIO, LZF_MARK, packedString } from './packed-string.ts'

/** What a snapshot begins with (RDB), before two digits of its version; so does a log with a snapshot in front (AOF). */
const magic = Buffer.from('REDIS00')
const HEADER_SIZE = magic.length + 2
/** Operations (rdb.h) that may come first, from RDB_OPCODE_SLOT_INFO to RDB_OPCODE_EOF. */
const FIRST_OPERATION = 0xf4
const PIECE = 64 * 1024
/** Of one string, more is not held in memory: packed, and unpacked. */
const MOST_PACKED = 16 * 2 ** 20
const MOST_UNPACKED = 128 * 2 ** 20
/** Bytes that only look packed are found wrong before so many of them. */
const CREDIBLE = 4096

/** A snapshot of Redis: its packed strings, wherever they stand in it. All else in it is plain. */
export const redisDecoder: CarvedDecoder = {
  name: 'redis',
  kind: 'store',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible,
  open: () => new Parsing(parse()),
}

const isDigit = (code: number | undefined): boolean => code !== undefined && code >= 0x30 && code <= 0x39

function isPlausible(codes: Codes, at: number): boolean {
  const isVersion = isDigit(codes[at + magic.length]) && isDigit(codes[at + magic.length + 1])
  return isVersion && (codes[at + HEADER_SIZE] ?? 0) >= FIRST_OPERATION
}

/** Where the search of what was read has come to. */
interface Search {
  readonly waste: Waste
  damage: string | null
  /** of the bytes in memory: what is before it is done with */
  at: number
  /** bytes that must be read before it goes on */
  wanted: number
  /** of the bytes in memory: where the last packed string ended */
  end: number
  readonly values: Uint8Array[]
}

/** The end of a snapshot cannot be told from other bytes: it goes on until the next one, or until no more bytes come. */
function* parse(): Parser {
  yield HEADER_SIZE
  const search: Search = { waste: new Waste(), damage: null, at: 0, wanted: PIECE, end: 0, values: [] }
  let bytes = Buffer.alloc(0)
  let next = -1
  for (let isLast = false; !isLast && next < 0; ) {
    const given = yield search.wanted
    isLast = given.length < search.wanted
    search.waste.search(given.length)
    const dropped = Math.max(0, search.at - KEY_REACH)
    bytes = Buffer.concat([bytes.subarray(dropped), given])
    search.end -= dropped
    search.at -= dropped
    next = nextSnapshot(bytes, search.at)
    searchPacked(next < 0 ? bytes : bytes.subarray(0, next), isLast || next >= 0, search)
    yield* search.values.splice(0)
  }
  return { damage: search.damage, unused: bytes.length - search.end, isCertain: true }
}

function nextSnapshot(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(magic, from)
  while (at >= 0 && !isPlausible(bytes, at)) at = bytes.indexOf(magic, at + 1)
  return at
}

/** Unpacks the strings that are all there, and leaves `search` at what is not. */
function searchPacked(bytes: Buffer, isLast: boolean, search: Search): void {
  search.wanted = PIECE
  for (;;) {
    const at = bytes.indexOf(LZF_MARK, search.at)
    // The beginning of another snapshot may be cut here, too.
    search.at = at < 0 ? Math.max(search.at, bytes.length - HEADER_SIZE) : at
    if (at < 0) return
    const header = packedString(bytes, at)
    if (header === 'cut' && !isLast) return
    if (header === null || header === 'cut') search.at = at + 1
    else if (!takeString(bytes, header, isLast, search)) return
  }
}

/** False: more bytes are needed. */
function takeString(bytes: Buffer, header: PackedString, isLast: boolean, search: Search): boolean {
  const { headerSize, packedSize, size } = header
  const begin = search.at + headerSize
  const end = begin + packedSize
  if (search.waste.isTooMuch) {
    search.damage = 'too many bytes only look like packed strings'
    search.at += 1
    return true
  }
  const available = Math.min(end, bytes.length) - begin
  const history = new History(Math.min(size, MOST_UNPACKED, Math.max(0, available) * BEST_RATIO))
  const outcome = unpackLzf(bytes.subarray(begin, end), history)
  const isCut = end > bytes.length && outcome !== 'damaged'
  const isStored = isStoredForKey(bytes, search.at, end)
  const isHeld = packedSize <= MOST_PACKED || (isCut && available < CREDIBLE)
  if (end >= bytes.length && !isLast && isHeld && (isCut || (isStored && outcome === 'damaged'))) {
    search.wanted = Math.max(PIECE, Math.min(end - bytes.length, MOST_PACKED))
    return false
  }
  const isFull = history.length === MOST_UNPACKED && size > MOST_UNPACKED
  if (isFull || (isCut && !isLast))
    search.damage = `only the beginning of a packed string of ${packedSize} bytes was unpacked`
  const isReal = isCut || isFull || (outcome === 'whole' && history.length === size)
  const isDamaged = !isReal && isStored
  if (isDamaged)
    search.damage = `a packed string is damaged; only ${history.length} of ${size} unpacked bytes of it were scanned`
  if (isReal || isDamaged) search.values.push(...apart(history.from(0)))
  else search.waste.add(history.length)
  search.at = isReal ? Math.min(end, bytes.length) : search.at + 1
  if (isReal) search.end = search.at
  return true
}
