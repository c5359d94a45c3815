import type { BrotliDecompress, InflateRaw, ZstdDecompress } from 'node:zlib'

/** A stream of node:zlib that unpacks, and gives so many unpacked bytes at a time. */
export type Unpack = (block: number) => InflateRaw | BrotliDecompress | ZstdDecompress

/** Unpacks data as they come. What is after their end is left alone; a cut end is no error. */
export interface Unpacker {
  /** The data are wrong at some place; what came after it is lost. */
  readonly damaged: boolean
  /** how many of the written bytes are known to belong to the data */
  readonly consumed: number
  /** False: the data have ended. */
  write(bytes: Uint8Array): Promise<boolean>
  end(): Promise<void>
}
