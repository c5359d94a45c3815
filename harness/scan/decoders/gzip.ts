import type { Trailer } from './checked.ts'
import { beginsWith, Checked } from './checked.ts'
import { crc32 } from './checksum.ts'
import type { CarvedDecoder } from './decoder.ts'
import { deflated } from './deflate.ts'
import { Headed } from './headed.ts'

/** What every gzip member of today begins with: the magic number and "deflate" (RFC 1952). */
const magic = Uint8Array.of(0x1f, 0x8b, 0x08)
/** Extra field and names of a header: longer than any writer makes them. */
const LONGEST_HEADER = 70_000
const FLAGS_AT = 3
const FIXED_SIZE = 10
const RESERVED = 0xe0
const HEADER_CRC = 0x02
const EXTRA = 0x04
const NAME = 0x08
const COMMENT = 0x10

/** The checksum, and after it the size modulo 2^32. */
const trailer: Trailer = { size: 8, isRight: beginsWith }

/** One gzip member, carved: its end may be cut, anything may follow. */
export const gzipDecoder: CarvedDecoder = {
  name: 'gzip',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { depth: 2 },
  isPlausible(codes, at) {
    const flags = codes[at + FLAGS_AT] ?? -1
    return flags >= 0 && (flags & RESERVED) === 0
  },
  open: () =>
    new Headed(bytes => {
      const size = headerSize(bytes)
      return size === null ? null : { size, body: new Checked('gzip', deflated('gzip'), crc32(), trailer) }
    }, LONGEST_HEADER),
}

/** The size of the header that `bytes` begin with, or null when it goes on after their end. */
function headerSize(bytes: Uint8Array): number | null {
  if (bytes.length < FIXED_SIZE) return null
  const flags = bytes[FLAGS_AT] ?? 0
  let size = FIXED_SIZE
  if (flags & EXTRA) size += 2 + ((bytes[size] ?? 0) | ((bytes[size + 1] ?? 0) << 8))
  for (const text of [NAME, COMMENT]) {
    if ((flags & text) === 0) continue
    const end = bytes.indexOf(0, size)
    if (end === -1) return null
    size = end + 1
  }
  if (flags & HEADER_CRC) size += 2
  return size <= bytes.length ? size : null
}
