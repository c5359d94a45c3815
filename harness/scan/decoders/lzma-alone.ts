import type { Codes } from '../../canary/form.ts'
import type { CarvedDecoder } from './decoder.ts'
import { parseLzmaStream } from './lzma-stream.ts'
import type { Parser } from './parsing.ts'
import { Parsing } from './parsing.ts'

/** The usual settings (lc 3, lp 0, pb 2), which all tools write, and the low bytes of the dictionary's size. */
const magic = Uint8Array.of(0x5d, 0, 0)
const PROPERTIES_SIZE = 5
const HEADER_SIZE = 13
const SMALLEST_DICTIONARY = 2 ** 12
const UNKNOWN_SIZE = 2n ** 64n - 1n
/** Larger ones are none, as liblzma judges too. */
const LARGEST_SIZE = 2n ** 38n

/** The format before xz (lzma-file-format.txt of XZ Utils), as `lzma` and `xz --format=lzma` write it. */
export const lzmaDecoder: CarvedDecoder = {
  name: 'lzma',
  kind: 'compressed',
  period: null,
  magics: [magic],
  isPlausible,
  open: () => new Parsing(parse()),
}

/** The dictionary has a size as tools write it, the contents one that is possible, and the first packed byte is 0. */
function isPlausible(codes: Codes, at: number): boolean {
  const header = Buffer.from(Array.from({ length: HEADER_SIZE + 1 }, (_, index) => codes[at + index] ?? 0xff))
  const size = header.readBigUInt64LE(PROPERTIES_SIZE)
  return isUsual(header.readUInt32LE(1)) && (size === UNKNOWN_SIZE || size < LARGEST_SIZE) && header[HEADER_SIZE] === 0
}

/** A power of two, or one and a half of one. */
function isUsual(dictionary: number): boolean {
  const power = 2 ** Math.floor(Math.log2(Math.max(1, dictionary)))
  return dictionary >= SMALLEST_DICTIONARY && (dictionary === power || dictionary === power * 1.5)
}

function* parse(): Parser {
  const header = Buffer.from(yield HEADER_SIZE)
  if (header.length < HEADER_SIZE) return { damage: null, unused: 0, isCertain: false }
  const size = header.readBigUInt64LE(PROPERTIES_SIZE)
  return yield* parseLzmaStream(
    'lzma',
    header.subarray(0, PROPERTIES_SIZE),
    size === UNKNOWN_SIZE ? null : Number(size),
  )
}
