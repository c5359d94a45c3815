import type { Codes } from '../../../canary/form.ts'
import type { CarvedDecoder } from '../decoder.ts'
import type { Parser } from '../parsing.ts'
import { Parsing, whole } from '../parsing.ts'
import { OverflowChains } from './chains.ts'
import { pageSize } from './page-size.ts'

/** What a database begins with (fileformat2.html, 1.3). */
const magic = Buffer.from('SQLite format 3\0')
const HEADER_SIZE = 100
const PAGE_SIZE_AT = 16
const RESERVED_AT = 20
const CHANGES_AT = 24
const PAGES_AT = 28
const CHANGES_OF_PAGES_AT = 92
/** Shares of a page that cells may take: the format knows no others. */
const SHARES_AT = 21
const shares = [64, 32, 32]
const MOST_PAGES = 2 ** 32 - 2

/** A database of SQLite: values that go on over several pages, also over those of deleted ones. */
export const sqliteDecoder: CarvedDecoder = {
  name: 'sqlite',
  kind: 'store',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible,
  open: () => new Parsing(parse()),
}

function isPlausible(codes: Codes, at: number): boolean {
  return (
    pageSize(codes, at + PAGE_SIZE_AT, 2) !== null &&
    shares.every((share, index) => codes[at + SHARES_AT + index] === share)
  )
}

function* parse(): Parser {
  const header = Buffer.from(yield HEADER_SIZE)
  const size = pageSize(header, PAGE_SIZE_AT, 2)
  if (header.length < HEADER_SIZE || size === null) return whole
  const pages = countOf(header)
  const chains = new OverflowChains(size - header.readUInt8(RESERVED_AT), pages)
  for (let number = 1; number <= pages; number++) {
    const isFirst = number === 1
    const wanted = isFirst ? size - HEADER_SIZE : size
    const given = yield wanted
    if (given.length < wanted) break
    chains.page(number, isFirst ? Buffer.concat([header, given]) : Buffer.from(given))
    yield* chains.take()
  }
  chains.end()
  yield* chains.take()
  return { damage: chains.damage, unused: 0, isCertain: true }
}

/** How many pages there are; where that is not said or out of date, they go on to the end of the bytes. */
function countOf(header: Buffer): number {
  const isCurrent = header.readUInt32BE(CHANGES_AT) === header.readUInt32BE(CHANGES_OF_PAGES_AT)
  const pages = header.readUInt32BE(PAGES_AT)
  return isCurrent && pages > 0 ? pages : MOST_PAGES
}
