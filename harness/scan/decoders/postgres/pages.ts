import type { CarvedDecoder } from '../decoder.ts'
import type { Parser } from '../parsing.ts'
import { Parsing } from '../parsing.ts'
import { isPage, PAGE_LEAD, PAGE_SIZE, pageMagics } from './page.ts'
import { PostgresValues } from './values.ts'

/** Twice as many pages of zeros as a table is made longer by at a time (RelationAddExtraBlocks in hio.c, up to version 15). */
const MOST_EMPTY = 1024
const empty = Buffer.alloc(PAGE_SIZE)
/** All pages that follow each other are taken for those of one table. */
const TABLE = ''

/** Pages of PostgreSQL's tables and indexes, one after another, wherever they stand. */
export const postgresDecoder: CarvedDecoder = {
  name: 'postgres',
  kind: 'store',
  period: PAGE_SIZE,
  magics: pageMagics,
  lead: PAGE_LEAD,
  isPlausible: isPage,
  open: () => new Parsing(parse()),
}

function* parse(): Parser {
  const values = new PostgresValues()
  let unused = 0
  for (let empties = 0; unused === 0 && empties <= MOST_EMPTY; ) {
    const given = yield PAGE_SIZE
    const page = Buffer.alloc(PAGE_SIZE)
    page.set(given)
    if (isPage(page, 0)) {
      empties = 0
      values.page(TABLE, page)
      yield* values.take()
    } else if (given.length > 0 && page.equals(empty)) empties += 1
    else unused = given.length
    if (given.length < PAGE_SIZE) break
  }
  values.end()
  yield* values.take()
  return { damage: values.damage, unused, isCertain: true }
}
