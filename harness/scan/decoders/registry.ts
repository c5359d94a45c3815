import { encoders } from '../../canary/encoders.ts'
import type { Encoder } from '../../canary/form.ts'
import { brotliDecoder } from './brotli.ts'
import { bzip2Decoder } from './bzip2.ts'
import { chunkedDecoder } from './chunked.ts'
import type { CarvedDecoder, Decoder, ProbingDecoder } from './decoder.ts'
import { deflateDecoder } from './deflate.ts'
import { gzipDecoder } from './gzip.ts'
import { indexedBytesDecoder } from './indexed-bytes.ts'
import { journalDecoder } from './journal.ts'
import { lz4Decoder, rawLz4Decoder } from './lz4.ts'
import { lzmaDecoder } from './lzma-alone.ts'
import { parquetDecoder } from './parquet.ts'
import { pdfFilterDecoders } from './pdf-filter.ts'
import { pngDecoder } from './png.ts'
import { postgresDecoder } from './postgres/pages.ts'
import { postgresWalDecoder } from './postgres/wal.ts'
import { redisDecoder } from './redis/snapshot.ts'
import { sevenZipDecoder } from './seven-zip.ts'
import { rawSnappyDecoder, snappyDecoder } from './snappy.ts'
import { sqliteDecoder } from './sqlite/database.ts'
import { sqliteWalDecoder } from './sqlite/wal.ts'
import { textDecoder } from './text.ts'
import { unreadDecoders } from './unread.ts'
import { uuencodeDecoder } from './uuencode.ts'
import { websocketDecoder } from './websocket.ts'
import { xzDecoder } from './xz.ts'
import { zipDecoder } from './zip.ts'
import { zlibDecoder } from './zlib.ts'
import { zstdDecoder } from './zstd.ts'

/** Containers that are known by how they begin, wherever they stand. */
export const carvedDecoders: readonly CarvedDecoder[] = [
  gzipDecoder,
  zlibDecoder,
  zipDecoder,
  zstdDecoder,
  lz4Decoder,
  snappyDecoder,
  xzDecoder,
  lzmaDecoder,
  bzip2Decoder,
  sevenZipDecoder,
  parquetDecoder,
  pngDecoder,
  journalDecoder,
  postgresDecoder,
  postgresWalDecoder,
  websocketDecoder,
  chunkedDecoder,
  uuencodeDecoder,
  indexedBytesDecoder,
  ...pdfFilterDecoders,
  redisDecoder,
  sqliteDecoder,
  sqliteWalDecoder,
  ...unreadDecoders,
]

/** Formats without a header, which can only be tried from a stream's first byte; `brotli` in a deep scan only. */
export function headerlessDecoders(isDeep: boolean): readonly ProbingDecoder[] {
  const usual = [deflateDecoder, rawSnappyDecoder, rawLz4Decoder]
  return isDeep ? [...usual, brotliDecoder] : usual
}

const carriers = encoders.filter(({ stack, carries }) => stack === 'any' || carries === true)
const textDecoders = new Map(carriers.map(encoder => [encoder, textDecoder(encoder.name, encoder.form)]))

/** The decoder of the outermost layer of a container that stands under these encodings: its own where there are none. */
export function outermostDecoder(chain: readonly Encoder[], own: Decoder): Decoder {
  const outermost = chain[0]
  return (outermost && textDecoders.get(outermost)) ?? own
}
