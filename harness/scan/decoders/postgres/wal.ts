import type { CarvedDecoder } from '../decoder.ts'
import type { Parser } from '../parsing.ts'
import { Parsing } from '../parsing.ts'
import { isPage } from './page.ts'
import { PostgresValues } from './values.ts'
import type { WalBlock } from './wal-blocks.ts'
import { walBlocks } from './wal-blocks.ts'
import { restoredPage } from './wal-image.ts'
import { isWalPage, readWalPage, WAL_PAGE_SIZE, walMagics } from './wal-page.ts'
import { WalRecords } from './wal-records.ts'

/** PostgreSQL's log, page after page: what its records say of pages, and records that the end of a page cuts. */
export const postgresWalDecoder: CarvedDecoder = {
  name: 'postgres-wal',
  kind: 'store',
  period: WAL_PAGE_SIZE,
  magics: walMagics,
  isPlausible: isWalPage,
  open: () => new Parsing(parse()),
}

function* parse(): Parser {
  const values = new PostgresValues()
  const records = new WalRecords()
  let damage: string | null = null
  let unused = 0
  for (let isWhole = true; unused === 0 && isWhole; ) {
    const given = yield WAL_PAGE_SIZE
    const page = Buffer.alloc(WAL_PAGE_SIZE)
    page.set(given)
    isWhole = given.length === WAL_PAGE_SIZE
    if (!isWalPage(page, 0)) unused = given.length
    else {
      const { hasManyMethods } = readWalPage(page)
      for (const { bytes, isCut } of records.page(page)) {
        if (isCut) values.plain(bytes)
        for (const block of walBlocks(bytes, hasManyMethods)) damage = readBlock(block, values) ?? damage
      }
      yield* values.take()
    }
  }
  values.end()
  yield* values.take()
  return { damage: damage ?? records.damage ?? values.damage, unused, isCertain: true }
}

/** Returns what could not be read, or null. */
function readBlock({ table, image, data }: WalBlock, values: PostgresValues): string | null {
  values.record(table, data)
  if (image === null) return null
  const page = restoredPage(image)
  if (page === null) return 'the image of a page could not be unpacked'
  if (image.packing !== null) values.plain(page)
  if (isPage(page, 0)) values.page(table, page)
  return null
}
