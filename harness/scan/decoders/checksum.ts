import { createHash } from 'node:crypto'
import { crc32 as nextCrc32 } from 'node:zlib'
import { XxHash } from '../kernel/xxhash.ts'

/** A checksum of bytes that are taken as they come. */
export interface Checksum {
  update(bytes: Uint8Array): void
  /** The checksum of all bytes up to now, as the format stores it. */
  digest(): Uint8Array
}

/** The lower half of XXH64, lowest byte first, as zstd stores it (RFC 8878, 3.1.1). */
export function xxh64Low(): Checksum {
  return xxHash(64)
}

/** XXH32, lowest byte first, as lz4 stores it. */
export function xxh32(): Checksum {
  return xxHash(32)
}

function xxHash(bits: 32 | 64): Checksum {
  const hash = new XxHash(bits)
  return { update: bytes => hash.update(bytes), digest: () => littleEndian(hash.digest()) }
}

/** CRC-32 of ISO 3309, lowest byte first, as gzip, zip, xz and 7z store it. */
export function crc32(): Checksum {
  let value = 0
  return {
    update: bytes => {
      value = nextCrc32(bytes, value)
    },
    digest: () => littleEndian(value),
  }
}

/** No sum of so many bytes overflows before it is reduced (as zlib does it). */
const ADLER_STEP = 5552
const ADLER_BASE = 65_521

/** Adler-32, highest byte first, as zlib stores it (RFC 1950, 2.2). */
export function adler32(): Checksum {
  let low = 1
  let high = 0
  return {
    update: bytes => {
      for (let at = 0; at < bytes.length; at += ADLER_STEP) {
        for (let index = at, end = Math.min(bytes.length, at + ADLER_STEP); index < end; index++) {
          low += bytes[index] as number
          high += low
        }
        low %= ADLER_BASE
        high %= ADLER_BASE
      }
    },
    digest: () => littleEndian(high * 65_536 + low).toReversed(),
  }
}

/** CRC-64 of ECMA-182, lowest byte first, as xz stores it (xz-file-format.txt 6). */
export function crc64(): Checksum {
  let low = 0xffff_ffff
  let high = 0xffff_ffff
  return {
    update: bytes => {
      for (const byte of bytes) {
        const index = (low ^ byte) & 0xff
        low = ((low >>> 8) | (high << 24)) ^ (crc64Low[index] as number)
        high = (high >>> 8) ^ (crc64High[index] as number)
      }
    },
    digest: () => Buffer.concat([littleEndian(~low >>> 0), littleEndian(~high >>> 0)]),
  }
}

/** SHA-256, as xz may store it. */
export function sha256(): Checksum {
  const hash = createHash('sha256')
  return { update: bytes => void hash.update(bytes), digest: () => hash.digest() }
}

const crc64Low = new Uint32Array(256)
const crc64High = new Uint32Array(256)
for (let index = 0; index < 256; index++) {
  let [low, high] = [index, 0]
  for (let bit = 0; bit < 8; bit++) {
    const isOdd = low & 1
    low = (low >>> 1) | (high << 31)
    high >>>= 1
    if (isOdd) [low, high] = [low ^ 0xd787_0f42, high ^ 0xc96c_5795]
  }
  crc64Low[index] = low
  crc64High[index] = high
}

/** CRC-32C of Castagnoli (RFC 3720, 12.1), masked as the framing format of snappy stores it. */
export function maskedCrc32c(bytes: Uint8Array): Uint8Array {
  let value = 0xffff_ffff
  for (const byte of bytes) value = (value >>> 8) ^ (castagnoli[(value ^ byte) & 0xff] as number)
  value = ~value >>> 0
  return littleEndian((((value >>> 15) | (value << 17)) + 0xa282_ead8) >>> 0)
}

const castagnoli = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0x82f6_3b78 : 0)
  return value
})

const bzip2Table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value & 0x8000_0000 ? 0x04c1_1db7 : 0)
  return value
})

/** CRC-32 with the highest bit first, as bzip2 has it of each block; begins with 0. */
export function bzip2Crc(bytes: Uint8Array, before: number): number {
  let value = ~before
  for (const byte of bytes) value = (value << 8) ^ (bzip2Table[(value >>> 24) ^ byte] as number)
  return ~value >>> 0
}

function littleEndian(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
