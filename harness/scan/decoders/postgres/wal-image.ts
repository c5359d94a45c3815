import { zstdDecompressSync } from 'node:zlib'
import { History } from '../history.ts'
import { unpackLz4Block } from '../lz4-block.ts'
import { PAGE_SIZE } from './page.ts'
import { unpackPglz } from './pglz.ts'
import type { PageImage } from './wal-blocks.ts'

/** The page that an image in the log is of (RestoreBlockImage in xlogreader.c), or null where that cannot be. */
export function restoredPage(image: PageImage): Buffer | null {
  const holeLength = image.holeLength ?? PAGE_SIZE - image.bytes.length
  const size = PAGE_SIZE - holeLength
  if (holeLength < 0 || size <= 0 || image.holeOffset > size) return null
  const unpacked = unpackedImage(image, size)
  if (unpacked === null || unpacked.length !== size) return null
  const page = Buffer.alloc(PAGE_SIZE)
  unpacked.copy(page, 0, 0, image.holeOffset)
  unpacked.copy(page, image.holeOffset + holeLength, image.holeOffset)
  return page
}

function unpackedImage({ bytes, packing }: PageImage, size: number): Buffer | null {
  if (packing === null) return bytes
  if (packing === 'zstd') return unpackedZstd(bytes)
  const history = new History(size)
  const unpack = packing === 'pglz' ? unpackPglz : unpackLz4Block
  return unpack(bytes, history) ? history.from(0) : null
}

function unpackedZstd(bytes: Buffer): Buffer | null {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: PAGE_SIZE })
  } catch {
    return null
  }
}
