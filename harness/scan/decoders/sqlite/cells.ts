/** A value of which only the beginning stands in its cell: the rest is in pages that follow each other by number. */
export interface Overflow {
  readonly local: Buffer
  /** the first of those pages */
  readonly next: number
  /** bytes that they hold, or infinite where the cell was deleted */
  readonly rest: number
}

/** Pages of b-trees that hold values (fileformat2.html, 1.6), by their first byte: what stands before a cell's own content. */
const INDEX_INTERIOR = 0x02
const INDEX_LEAF = 0x0a
const TABLE_LEAF = 0x0d
const TABLE_INTERIOR = 0x05
const kinds = [INDEX_INTERIOR, TABLE_INTERIOR, INDEX_LEAF, TABLE_LEAF]
const LEAF_HEADER = 8
const INTERIOR_HEADER = 12
const NUMBER_SIZE = 4
const LONGEST_VARINT = 9
/** More free places than a page of 64 KiB holds: a chain of them that is longer goes round. */
const MOST_FREE = 16_384

/** Whether a page is one of a b-tree. Overflow pages begin with a number, whose first byte is other in all but huge files. */
export function isTreePage(page: Buffer, header: number): boolean {
  const cells = page.readUInt16BE(header + 3)
  return kinds.includes(page[header] ?? 0) && header + LEAF_HEADER + 2 * cells <= page.length
}

/**
 * The values that begin in a page of a b-tree and go on elsewhere.
 * @param header where the page's header begins: behind that of the file in its first page
 * @param usable bytes of the page that are used
 */
export function overflowsIn(page: Buffer, header: number, usable: number): Overflow[] {
  const kind = page[header]
  if (kind === TABLE_INTERIOR) return []
  const array = header + (kind === INDEX_INTERIOR ? INTERIOR_HEADER : LEAF_HEADER)
  const cells = Array.from({ length: page.readUInt16BE(header + 3) }, (_, index) => {
    const at = array + 2 * index
    return at + 2 <= page.length ? overflowOf(page, page.readUInt16BE(at), kind, usable) : null
  })
  return [...cells, ...deletedOverflows(page, header)].filter(overflow => overflow !== null)
}

function overflowOf(page: Buffer, cell: number, kind: number | undefined, usable: number): Overflow | null {
  const size = varint(page, cell + (kind === INDEX_INTERIOR ? NUMBER_SIZE : 0))
  if (size === null) return null
  const begin = kind === TABLE_LEAF ? varint(page, size.end)?.end : size.end
  const most = kind === TABLE_LEAF ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23
  if (begin === undefined || size.value <= most) return null
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fitting = least + ((size.value - least) % (usable - NUMBER_SIZE))
  const local = fitting <= most ? fitting : least
  const end = begin + local
  if (end + NUMBER_SIZE > page.length) return null
  return { local: page.subarray(begin, end), next: page.readUInt32BE(end), rest: size.value - local }
}

/** Cells that were deleted: all but their first four bytes is left, and the last four may tell where they went on. */
function deletedOverflows(page: Buffer, header: number): Overflow[] {
  const overflows: Overflow[] = []
  let at = page.readUInt16BE(header + 1)
  for (let count = 0; at > 0 && at + NUMBER_SIZE <= page.length && count < MOST_FREE; count++) {
    const end = at + page.readUInt16BE(at + 2)
    if (end > page.length) break
    const tail = end - NUMBER_SIZE
    if (tail > at + NUMBER_SIZE)
      overflows.push({
        local: page.subarray(at + NUMBER_SIZE, tail),
        next: page.readUInt32BE(tail),
        rest: Number.POSITIVE_INFINITY,
      })
    at = page.readUInt16BE(at)
  }
  return overflows
}

/** A number of 1 to 9 bytes with seven bits in each, the highest first; the ninth has eight. */
function varint(bytes: Buffer, at: number): { value: number; end: number } | null {
  let value = 0
  for (let index = 0; index < LONGEST_VARINT; index++) {
    const byte = bytes[at + index]
    if (byte === undefined) return null
    if (index === LONGEST_VARINT - 1) return { value: value * 256 + byte, end: at + index + 1 }
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return { value, end: at + index + 1 }
  }
  return null
}
