import type { BitReader } from './bit-reader.ts'

/** A sorted block: each entry is a byte, and above it the place of the entry that comes after. */
export interface Bwt {
  readonly links: Uint32Array
  readonly count: number
  /** the place of the first entry */
  readonly origin: number
  /** of what it unpacks to */
  readonly checksum: number
}

const CHECKSUM_BITS = 32
const LONGEST_CODE = 20
const FEWEST_TABLES = 2
const MOST_TABLES = 6
/** So many symbols are read by one table. */
const GROUP = 50
/** More symbols than a block can hold; larger runs are wrong. */
const LARGEST_RUN = 2 ** 21

/** A Huffman code: symbols in the order of their codes, and by length how many and which codes there are. */
interface Table {
  readonly symbols: Uint16Array
  readonly counts: Uint16Array
}

/** Reads the block after its magic. Null: it is wrong. Throws `CutShort`. */
export function readBzip2Block(bits: BitReader, capacity: number): Bwt | null {
  const checksum = bits.take(CHECKSUM_BITS)
  const isRandomised = bits.take(1) === 1
  const origin = bits.take(24)
  const used = readUsed(bits)
  const tableCount = bits.take(3)
  const selectorCount = bits.take(15)
  if (isRandomised || used.length === 0 || tableCount < FEWEST_TABLES || tableCount > MOST_TABLES) return null
  const selectors = readSelectors(bits, tableCount, selectorCount)
  if (selectors === null) return null
  const tables: Table[] = []
  for (let index = 0; index < tableCount; index++) {
    const table = readTable(bits, used.length + 2)
    if (table === null) return null
    tables.push(table)
  }
  const sorted = readSymbols(bits, selectors, tables, used, capacity)
  return sorted === null || origin >= sorted.length ? null : link(sorted, origin, checksum)
}

/** The bytes that occur in the block. */
function readUsed(bits: BitReader): number[] {
  const ranges = bits.take(16)
  const used: number[] = []
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue
    const map = bits.take(16)
    for (let index = 0; index < 16; index++) if (map & (0x8000 >> index)) used.push(range * 16 + index)
  }
  return used
}

/** Which table reads each group of symbols. */
function readSelectors(bits: BitReader, tables: number, count: number): Uint8Array | null {
  const recent = Array.from({ length: tables }, (_, index) => index)
  const selectors = new Uint8Array(count)
  for (let index = 0; index < count; index++) {
    let back = 0
    while (bits.one() === 1) if (++back >= tables) return null
    selectors[index] = toFront(recent, back)
  }
  return selectors
}

function toFront(recent: number[], index: number): number {
  const [value = 0] = recent.splice(index, 1)
  recent.unshift(value)
  return value
}

function readTable(bits: BitReader, symbols: number): Table | null {
  const lengths = new Uint8Array(symbols)
  let length = bits.take(5)
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (length >= 1 && length <= LONGEST_CODE && bits.one() === 1) length += bits.one() === 1 ? -1 : 1
    if (length < 1 || length > LONGEST_CODE) return null
    lengths[symbol] = length
  }
  const counts = new Uint16Array(LONGEST_CODE + 1)
  for (const each of lengths) counts[each] = (counts[each] ?? 0) + 1
  const order = Array.from(lengths.keys()).sort(
    (one, other) => (lengths[one] ?? 0) - (lengths[other] ?? 0) || one - other,
  )
  return { symbols: Uint16Array.from(order), counts }
}

/** The next symbol, or -1 where no code fits. */
function readSymbol(bits: BitReader, { symbols, counts }: Table): number {
  let code = 0
  let first = 0
  let index = 0
  for (let length = 1; length <= LONGEST_CODE; length++) {
    code |= bits.one()
    const count = counts[length] as number
    if (code - first < count) return symbols[index + code - first] as number
    index += count
    first = (first + count) << 1
    code <<= 1
  }
  return -1
}

/** Undoes Huffman, runs and move-to-front. */
function readSymbols(
  bits: BitReader,
  selectors: Uint8Array,
  tables: readonly Table[],
  used: readonly number[],
  capacity: number,
): Uint8Array | null {
  const sorted = new Uint8Array(capacity)
  const recent = [...used]
  const last = used.length + 1
  let length = 0
  let run = 0
  let weight = 1
  for (let read = 0; ; read++) {
    const table = tables[selectors[Math.floor(read / GROUP)] ?? -1]
    const symbol = table === undefined ? -1 : readSymbol(bits, table)
    if (symbol < 0) return null
    if (symbol <= 1) {
      run += weight << symbol
      weight <<= 1
      if (run > LARGEST_RUN) return null
      continue
    }
    if (length + run + 1 > capacity + 1) return null
    sorted.fill(recent[0] as number, length, length + run)
    length += run
    run = 0
    weight = 1
    if (symbol === last) return sorted.subarray(0, length)
    if (length === capacity) return null
    sorted[length++] = toFront(recent, symbol - 1)
  }
}

/** Where the entry after each one is: equal bytes keep their order when sorted. */
function link(sorted: Uint8Array, origin: number, checksum: number): Bwt {
  const places = new Uint32Array(257)
  for (const byte of sorted) places[byte + 1] = (places[byte + 1] as number) + 1
  for (let byte = 0; byte < 256; byte++) places[byte + 1] = (places[byte + 1] as number) + (places[byte] as number)
  const links = new Uint32Array(sorted.length)
  for (let index = 0; index < sorted.length; index++) links[index] = sorted[index] as number
  for (let index = 0; index < sorted.length; index++) {
    const byte = sorted[index] as number
    const place = places[byte] as number
    links[place] = (links[place] as number) | (index << 8)
    places[byte] = place + 1
  }
  return { links, count: sorted.length, origin: (links[origin] as number) >>> 8, checksum }
}
