import { RECORD_HEADER } from './wal-records.ts'

/** A packed or plain image of a page in a record. */
export interface PageImage {
  readonly bytes: Buffer
  /** free space in the middle of the page, which is left out */
  readonly holeOffset: number
  /** or null where the image is plain, so that its size tells */
  readonly holeLength: number | null
  readonly packing: 'pglz' | 'lz4' | 'zstd' | null
}

/** What a record says about one page. */
export interface WalBlock {
  readonly table: string
  readonly image: PageImage | null
  readonly data: Buffer
}

const MOST_BLOCKS = 32
const HAS_IMAGE = 0x10
const SAME_TABLE = 0x80
const HAS_HOLE = 0x01
const OLD_PACKED = 0x02
const TABLE_SIZE = 12
/** Marks of what is no block (xlogrecord.h), and the bytes after them. */
const SHORT_DATA = 255
const LONG_DATA = 254
const marks = new Map([
  [253, 2],
  [252, 4],
])

/** A header of a block, and how much of the record's data are its. */
interface BlockHeader extends Omit<WalBlock, 'image' | 'data'> {
  readonly image: Omit<PageImage, 'bytes'> | null
  readonly imageSize: number
  readonly dataSize: number
}

/** Reads a record's bytes one after another; what is read after their end is 0, and known to be wrong. */
class Fields {
  at = RECORD_HEADER
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isOver(): boolean {
    return this.at > this.#bytes.length
  }

  number(size: number): number {
    const value = this.at + size <= this.#bytes.length ? this.#bytes.readUIntLE(this.at, size) : 0
    this.at += size
    return value
  }

  bytes(size: number): Buffer {
    this.at += size
    return this.#bytes.subarray(this.at - size, this.at)
  }
}

/**
 * What a record (xlogrecord.h) holds of pages, and of nothing in particular as the last block; none of it where it is no
 * record after all.
 * @param hasManyMethods whether the flags of images are those of version 15 and later
 */
export function walBlocks(record: Buffer, hasManyMethods: boolean): WalBlock[] {
  const fields = new Fields(record)
  const headers: BlockHeader[] = []
  let rest = 0
  for (let isLast = false; !isLast && !fields.isOver && fields.at < record.length - rest; ) {
    const id = fields.number(1)
    isLast = id === SHORT_DATA || id === LONG_DATA
    if (isLast) headers.push(mainData(fields.number(id === SHORT_DATA ? 1 : 4)))
    else if (marks.has(id)) fields.number(marks.get(id) ?? 0)
    else if (id <= MOST_BLOCKS) headers.push(blockHeader(fields, headers.at(-1)?.table ?? '', hasManyMethods))
    else return []
    rest = headers.reduce((sum, { imageSize, dataSize }) => sum + imageSize + dataSize, 0)
  }
  if (fields.isOver || fields.at + rest !== record.length) return []
  return headers.map(({ table, image, imageSize, dataSize }) => {
    const bytes = fields.bytes(imageSize)
    return { table, image: image === null ? null : { ...image, bytes }, data: fields.bytes(dataSize) }
  })
}

const mainData = (dataSize: number): BlockHeader => ({ table: '', image: null, imageSize: 0, dataSize })

function blockHeader(fields: Fields, before: string, hasManyMethods: boolean): BlockHeader {
  const flags = fields.number(1)
  const dataSize = fields.number(2)
  const imageSize = flags & HAS_IMAGE ? fields.number(2) : 0
  const image = flags & HAS_IMAGE ? imageHeader(fields, hasManyMethods) : null
  const table = flags & SAME_TABLE ? before : fields.bytes(TABLE_SIZE).toString('hex')
  fields.number(4)
  return { table, image, imageSize, dataSize }
}

function imageHeader(fields: Fields, hasManyMethods: boolean): Omit<PageImage, 'bytes'> {
  const holeOffset = fields.number(2)
  const info = fields.number(1)
  const packing = packingOf(info, hasManyMethods)
  if (packing === null) return { holeOffset, holeLength: null, packing }
  return { holeOffset, holeLength: info & HAS_HOLE ? fields.number(2) : 0, packing }
}

function packingOf(info: number, hasManyMethods: boolean): PageImage['packing'] {
  if (!hasManyMethods) return info & OLD_PACKED ? 'pglz' : null
  if (info & 0x04) return 'pglz'
  if (info & 0x08) return 'lz4'
  return info & 0x10 ? 'zstd' : null
}
