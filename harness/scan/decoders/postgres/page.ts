import type { Codes } from '../../../canary/form.ts'

/** BLCKSZ as all packages of PostgreSQL are built. */
export const PAGE_SIZE = 8192
const HEADER_SIZE = 24
const KNOWN_FLAGS = 0x0007
const FLAGS_AT = 10
const LOWER_AT = 12
const UPPER_AT = 14
const SPECIAL_AT = 16
const POINTER_SIZE = 4
const OFFSET_MASK = 0x7fff
const NORMAL = 1

/** Where the special space of a page begins: none in tables; of indexes by their kind (bufpage.h, nbtree.h, ginblock.h). */
const specials = [0x2000, 0x1ff0, 0x1ff8]
/** pd_pagesize_version: the size with the layout's version, 4 since PostgreSQL 8.3, in its lowest byte. */
const SIZE_AND_VERSION = PAGE_SIZE | 4

/** What stands in the middle of a page's header: where the special space begins, the size and the version. */
export const PAGE_LEAD = SPECIAL_AT
export const pageMagics: readonly Uint8Array[] = specials.map(special =>
  Uint8Array.of(special & 0xff, special >> 8, SIZE_AND_VERSION & 0xff, SIZE_AND_VERSION >> 8),
)

const shortAt = (codes: Codes, at: number): number => (codes[at] ?? -1) + (codes[at + 1] ?? -1) * 256

/** Whether a page of a table or an index (PageHeaderData in bufpage.h) may begin at `at`. */
export function isPage(codes: Codes, at: number): boolean {
  const [lower, upper, special] = [LOWER_AT, UPPER_AT, SPECIAL_AT].map(place => shortAt(codes, at + place))
  if (lower === undefined || upper === undefined || special === undefined) return false
  const hasLayout = specials.includes(special) && shortAt(codes, at + SPECIAL_AT + 2) === SIZE_AND_VERSION
  const hasFlags = (shortAt(codes, at + FLAGS_AT) & ~KNOWN_FLAGS) === 0
  return hasLayout && hasFlags && lower >= HEADER_SIZE && lower <= upper && upper <= special
}

/** Where a page's line pointers end: rows, and what is left of rows, come after that. */
export function pageLower(page: Buffer): number {
  return page.readUInt16LE(LOWER_AT)
}

/** Where the page's rows begin that its line pointers tell of (ItemIdData in itemid.h). */
export function linePointers(page: Buffer): number[] {
  const rows: number[] = []
  for (let at = HEADER_SIZE; at + POINTER_SIZE <= Math.min(pageLower(page), PAGE_SIZE); at += POINTER_SIZE) {
    const pointer = page.readUInt32LE(at)
    if (((pointer >>> 15) & 3) === NORMAL) rows.push(pointer & OFFSET_MASK)
  }
  return rows
}
