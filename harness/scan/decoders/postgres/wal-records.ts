import type { WalPage } from './wal-page.ts'
import { readWalPage, WAL_PAGE_SIZE } from './wal-page.ts'

/** A record of the log, and whether a page's end cuts it. */
export interface WalRecord {
  readonly bytes: Buffer
  readonly isCut: boolean
}

/** Records begin at places that divide by 8. */
const ALIGNMENT = 8
/** of a record's header (XLogRecord in xlogrecord.h), two bytes of which are zero */
export const RECORD_HEADER = 24
const PADDING_AT = 18
/** More than 33 images of pages take, which is the most that one record holds of them; others are small. */
const LARGEST_RECORD = 16 * 2 ** 20
/** XLogRecordMaxSize */
const LARGEST_POSSIBLE = 1020 * 2 ** 20

const aligned = (at: number): number => Math.ceil(at / ALIGNMENT) * ALIGNMENT

/** Puts the log's records together: they go on over the ends of pages, behind the next page's header. */
export class WalRecords {
  /** why a record was not put together, or null */
  damage: string | null = null
  #parts: Buffer[] = []
  /** bytes that the record still lacks of which parts have come */
  #missing = 0
  #expected = -1

  /** The records that end in the next page. A page that does not follow the last one begins anew. */
  page(page: Buffer): WalRecord[] {
    const header = readWalPage(page)
    if (header.address !== this.#expected || header.continued !== this.#missing) this.#forget()
    this.#expected = header.address + WAL_PAGE_SIZE
    const records: WalRecord[] = []
    let at = this.#continue(page, header, records)
    while (at + ALIGNMENT <= page.length) at = this.#begin(page, at, records)
    return records
  }

  /** Takes the rest of a record that began before. Returns where the next one begins. */
  #continue(page: Buffer, { headerSize, continued }: WalPage, records: WalRecord[]): number {
    const end = Math.min(headerSize + continued, page.length)
    if (this.#missing === 0) return aligned(end)
    this.#parts.push(page.subarray(headerSize, end))
    this.#missing -= end - headerSize
    if (this.#missing > 0) return page.length
    records.push({ bytes: Buffer.concat(this.#parts), isCut: true })
    this.#forget()
    return aligned(end)
  }

  /** Takes a record that begins at `at`, or what there is of it. Returns where the next one begins. */
  #begin(page: Buffer, at: number, records: WalRecord[]): number {
    const size = page.readUInt32LE(at)
    const isHeader = at + RECORD_HEADER > page.length || page.readUInt16LE(at + PADDING_AT) === 0
    if (size < RECORD_HEADER || !isHeader) return page.length
    if (size > LARGEST_POSSIBLE) return page.length
    if (size > LARGEST_RECORD) this.damage = `a record of ${size} bytes was not put together`
    else if (at + size <= page.length) records.push({ bytes: page.subarray(at, at + size), isCut: false })
    else {
      this.#parts = [page.subarray(at)]
      this.#missing = size - (page.length - at)
    }
    return at + size > page.length ? page.length : aligned(at + size)
  }

  #forget(): void {
    this.#parts = []
    this.#missing = 0
  }
}
