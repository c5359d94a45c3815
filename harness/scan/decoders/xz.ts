import { crc32 as crc32Of } from 'node:zlib'
import type { Codes } from '../../canary/form.ts'
import { beginsWith } from './checked.ts'
import type { Checksum } from './checksum.ts'
import { crc32, crc64, sha256 } from './checksum.ts'
import type { CarvedDecoder, Decoding } from './decoder.ts'
import { parseLzma2 } from './lzma2.ts'
import type { Ending, Parser } from './parsing.ts'
import { ended, Parsing, whole } from './parsing.ts'
import { damaged, wrongChecksum } from './unpacking.ts'

const magic = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)
const HEADER_SIZE = 12
const LZMA2 = 0x21
const BLOCK_FLAGS_UNUSED = 0x3c
const FOOTER_SIZE = 12
/** Sizes of the check after each block, by the kind of check. */
const checkSizes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64]

const checks = new Map([
  [1, crc32],
  [4, crc64],
  [10, sha256],
])

/** An xz stream (xz-file-format.txt): blocks of LZMA2. Each has a checksum of what it unpacks to. */
export const xzDecoder: CarvedDecoder = {
  name: 'xz',
  kind: 'compressed',
  period: null,
  magics: [magic],
  wrapped: { depth: 1 },
  isPlausible,
  open: () => xzDecoding('xz'),
}

/** A stream of xz in a container named `name`. */
export function xzDecoding(name: string): Decoding {
  return new Parsing(parse(name))
}

/** The flags' checksum. */
function isPlausible(codes: Codes, at: number): boolean {
  const header = Uint8Array.from({ length: HEADER_SIZE }, (_, index) => codes[at + index] ?? 0)
  return new DataView(header.buffer).getUint32(8, true) === crc32Of(header.subarray(6, 8))
}

function* parse(name: string): Parser {
  const header = yield HEADER_SIZE
  const check = (header[7] ?? 0) & 0x0f
  let isWrong = false
  let unpacked = 0
  for (;;) {
    const size = (yield 1)[0]
    if (size === undefined) return isWrong ? ended(wrongChecksum(name)) : whole
    if (size === 0) {
      const ending = yield* skipIndex(name)
      return isWrong && ending.damage === null ? ended(wrongChecksum(name)) : ending
    }
    const block = yield size * 4 + 3
    const dictionary = dictionaryOf(size, block)
    if (dictionary === null)
      return ended(`${name} with a block of an unknown kind after ${unpacked} unpacked bytes was not unpacked further`)
    const sum = checks.get(check)?.()
    const counted = countRead(parseLzma2(dictionary), sum)
    const { isWhole, unread, read, unpacked: came } = yield* counted
    unpacked += came
    if (unread !== null) return ended(`${name} ${unread} was not unpacked`)
    if (!isWhole) return ended(damaged(name, unpacked))
    yield (4 - (read % 4)) % 4
    const checkSize = checkSizes[check] ?? 0
    const stored = yield checkSize
    isWrong ||= sum !== undefined && stored.length === checkSize && !beginsWith(stored, sum.digest())
  }
}

/** The byte of the dictionary's size, or null when the block's header has other filters or is damaged. */
function dictionaryOf(size: number, block: Uint8Array): number | null {
  const header = Buffer.from([size, ...block])
  const flags = header[1] ?? 0
  if (
    header.length < size * 4 + 4 ||
    flags & BLOCK_FLAGS_UNUSED ||
    crc32Of(header.subarray(0, -4)) !== header.readUInt32LE(header.length - 4)
  ) {
    return null
  }
  let at = 2
  for (const isThere of [flags & 0x40, flags & 0x80]) if (isThere) at = afterNumber(header, at)
  const isPlain = (flags & 3) === 0 && header[at] === LZMA2 && header[at + 1] === 1
  return isPlain ? (header[at + 2] ?? null) : null
}

/** Where a number of 7 bits a byte ends. */
function afterNumber(bytes: Uint8Array, at: number): number {
  let end = at
  while (((bytes[end] ?? 0) & 0x80) !== 0) end++
  return end + 1
}

/** Passes all on, sums what comes out, and adds how many bytes were asked for. */
function* countRead<Result>(
  parser: Generator<number | Uint8Array, Result, Uint8Array>,
  sum: Checksum | undefined,
): Generator<number | Uint8Array, Result & { readonly read: number }, Uint8Array> {
  let read = 0
  let step = parser.next()
  while (!step.done) {
    const given: Uint8Array = yield step.value
    if (typeof step.value === 'number') read += given.length
    else sum?.update(step.value)
    step = parser.next(given)
  }
  return { ...step.value, read }
}

/** The index: a count, two numbers for each block, padding, a checksum; then the footer. */
function* skipIndex(name: string): Generator<number | Uint8Array, Ending, Uint8Array> {
  let read = 1
  let numbers = 1
  for (let index = 0; index < numbers; index++) {
    let value = 0
    for (let shift = 1, byte = 0x80; byte & 0x80; shift *= 128) {
      const given: Uint8Array = yield 1
      if (given.length === 0) return whole
      byte = given[0] ?? 0
      value += (byte & 0x7f) * shift
      if (++read > 2 ** 24) return ended(`${name} has an index that does not end`)
    }
    if (index === 0) numbers = 1 + 2 * value
  }
  yield ((4 - (read % 4)) % 4) + 4 + FOOTER_SIZE
  return whole
}
