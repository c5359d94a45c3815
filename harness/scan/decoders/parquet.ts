import type { CarvedDecoder } from './decoder.ts'
import type { Page } from './parquet-page.ts'
import { isPageRight, pageOf, unpackPage } from './parquet-page.ts'
import type { Ending, Parser } from './parsing.ts'
import { Parsing } from './parsing.ts'
import { NoStruct, readStruct, TooShort } from './thrift-compact.ts'
import { wrongChecksum } from './unpacking.ts'
import { Waste } from './waste.ts'

const magic = Buffer.from('PAR1')
/** How a page header begins: its first field, a number, is the kind of page; its second is one too. */
const NUMBER_FIELD = 0x15
const kinds = [0, 4, 6]
const READ = 16 * 1024
const LONGEST_HEADER = 64 * 1024
const LARGEST_PAGE = 32 * 2 ** 20
/** A page that is said to unpack to more is damaged: to try it would take long. */
const BEST_RATIO = 1100
const RATIO_FLOOR = 64 * 1024
const LARGEST_UNPACKED = 64 * 2 ** 20
/** Indexes, filters and the footer may stand between pages or after them: so much at most is searched for another one. */
const LONGEST_GAP = 16 * 2 ** 20
/** What it costs to try a page that is none, in bytes, besides those that it says to be packed and unpacked. */
const COST_OF_TRY = 4096

/**
 * A Parquet file (README.md and parquet.thrift of apache/parquet-format): its pages one after another, each unpacked,
 * from the beginning and without the footer, so that a file that is being written is read too.
 */
export const parquetDecoder: CarvedDecoder = {
  name: 'parquet',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible: (codes, at) => isHeader([4, 5, 6].map(offset => codes[at + offset] ?? -1)),
  open: () => new Parsing(parse()),
}

const isHeader = ([first = 0, kind = -1, second = 0]: readonly number[]): boolean =>
  first === NUMBER_FIELD && kinds.includes(kind) && second === NUMBER_FIELD

/** What was read ahead. */
class Ahead {
  bytes = Buffer.alloc(0)
  isAll = false

  drop(count: number): void {
    this.bytes = this.bytes.subarray(count)
  }

  /** Reads until so many bytes are there, or all. */
  *fill(count: number): Generator<number, void, Uint8Array> {
    while (this.bytes.length < count && !this.isAll) {
      const wanted = Math.max(READ, count - this.bytes.length)
      const more = yield Math.min(wanted, 2 ** 20)
      this.isAll = more.length < Math.min(wanted, 2 ** 20)
      this.bytes = Buffer.concat([this.bytes, more])
    }
  }
}

interface State {
  readonly waste: Waste
  pages: number
  damage: string | null
}

function* parse(): Parser {
  const ahead = new Ahead()
  const state: State = { waste: new Waste(), pages: 0, damage: null }
  let isFilter = false
  yield* ahead.fill(READ)
  ahead.drop(magic.length)
  for (let gap = 0; gap < LONGEST_GAP; ) {
    yield* ahead.fill(READ)
    if (ahead.bytes.length < 3) break
    const header = yield* readHeader(ahead)
    if (header !== null && (yield* readPage(ahead, header, state, gap === 0))) {
      if (gap > 0 && !isFilter) state.damage ??= `parquet has ${gap} bytes between its pages that could not be read`
      gap = 0
      continue
    }
    if (ahead.bytes.subarray(0, magic.length).equals(magic)) break
    if (state.waste.isTooMuch) {
      state.damage ??= 'too many bytes only look like pages of parquet'
      break
    }
    if (gap === 0) isFilter = isFilterHeader(ahead.bytes)
    const end = ahead.bytes.indexOf(magic, 1)
    const skipped = Math.min(nextHeader(ahead.bytes), end < 0 ? ahead.bytes.length : end)
    ahead.drop(skipped)
    state.waste.search(skipped)
    gap += skipped
  }
  return endingOf(state, ahead)
}

/** Where after the first byte a page's header may begin, or all where none does. */
function nextHeader(bytes: Buffer): number {
  let at = bytes.indexOf(NUMBER_FIELD, 1)
  while (at >= 0 && !isHeader([...bytes.subarray(at, at + 3)])) at = bytes.indexOf(NUMBER_FIELD, at + 1)
  return at < 0 ? bytes.length : at
}

/** A Bloom filter (BloomFilter.md) may stand between pages: its size, and how it is made. */
function isFilterHeader(bytes: Uint8Array): boolean {
  try {
    const { fields } = readStruct(bytes, 0)
    return typeof fields.get(1) === 'number' && [2, 3, 4].every(id => fields.get(id) instanceof Map)
  } catch (error) {
    if (error instanceof NoStruct || error instanceof TooShort) return false
    throw error
  }
}

function endingOf({ pages, damage }: State, ahead: Ahead): Ending {
  return { damage, unused: ahead.bytes.length, isCertain: pages > 0 }
}

/** The header of a page that begins here, with where it ends; or null. */
function* readHeader(ahead: Ahead): Generator<number, { page: Page; end: number } | null, Uint8Array> {
  if (!isHeader([...ahead.bytes.subarray(0, 3)])) return null
  for (;;) {
    try {
      const { fields, end } = readStruct(ahead.bytes, 0)
      const page = pageOf(fields)
      return page === null ? null : { page, end }
    } catch (error) {
      if (error instanceof NoStruct) return null
      if (!(error instanceof TooShort)) throw error
      if (ahead.isAll || ahead.bytes.length > LONGEST_HEADER) return null
      yield* ahead.fill(ahead.bytes.length + READ)
    }
  }
}

/**
 * Gives what a page holds. False: it is none.
 * @param isExpected a page must begin here, as one ended here
 */
function* readPage(
  ahead: Ahead,
  { page, end }: { readonly page: Page; readonly end: number },
  state: State,
  isExpected: boolean,
): Generator<number | Uint8Array, boolean, Uint8Array> {
  const most = Math.min(LARGEST_UNPACKED, RATIO_FLOOR + BEST_RATIO * page.packed)
  if (page.packed > LARGEST_PAGE || page.unpacked > most) {
    if (isExpected) state.damage ??= `parquet with a page of ${page.unpacked} bytes was not unpacked`
    return false
  }
  yield* ahead.fill(end + page.packed)
  const bytes = ahead.bytes.subarray(end, end + page.packed)
  const isCut = bytes.length < page.packed
  const unpacked = isCut ? null : unpackPage(page, bytes)
  if (unpacked === null) {
    if (!isExpected) state.waste.add(COST_OF_TRY + page.packed + page.unpacked)
    if (isExpected)
      state.damage ??= isCut
        ? 'parquet ends within a page'
        : `parquet has a page after ${state.pages} others that is damaged, encrypted or packed by an unknown codec`
    return false
  }
  if (!isPageRight(page, bytes)) state.damage ??= wrongChecksum('parquet')
  state.pages++
  yield Buffer.from(unpacked)
  ahead.drop(end + page.packed)
  return true
}
