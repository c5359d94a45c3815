import { crc32 } from 'node:zlib'
import type { CarvedDecoder } from './decoder.ts'
import type { Parser } from './parsing.ts'
import { ended, Parsing, whole } from './parsing.ts'
import { wrongChecksum } from './unpacking.ts'

/** The signature of PNG (ISO/IEC 15948), and the length and type of the chunk that must follow. */
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const firstHeader = Buffer.from('\0\0\0\x0dIHDR', 'latin1')
const HEADER_SIZE = 8
const CHECKSUM_SIZE = 4
/** Frames of an animation begin with their number. */
const NUMBERED = 'fdAT'
const NUMBER_SIZE = 4
/** Chunks are read in pieces of this size. */
const PIECE = 16_384

/** PNG: its chunks joined, so that an image's data that are split over many are one zlib stream again. */
export const pngDecoder: CarvedDecoder = {
  name: 'png',
  kind: 'frame',
  period: null,
  magics: [signature],
  wrapped: { depth: 1 },
  isPlausible: (codes, at) => firstHeader.every((byte, index) => codes[at + signature.length + index] === byte),
  open: () => new Parsing(parse()),
}

function* parse(): Parser {
  yield signature.length
  let isWrong = false
  let isCertain = false
  for (let joined = 0; ; ) {
    const header = Buffer.from(yield HEADER_SIZE)
    if (header.length < HEADER_SIZE) return whole
    const type = header.toString('latin1', 4)
    if (!/^[A-Za-z]{4}$/.test(type))
      return { ...ended(`png is damaged after ${joined} bytes of its chunks`), unused: HEADER_SIZE, isCertain }
    const size = header.readUInt32BE()
    let sum = crc32(header.subarray(4))
    let skipped = type === NUMBERED ? NUMBER_SIZE : 0
    for (let left = size; left > 0; ) {
      const piece = yield Math.min(left, PIECE)
      if (piece.length === 0) return whole
      sum = crc32(piece, sum)
      yield piece.subarray(skipped)
      left -= piece.length
      joined += piece.length
      skipped = 0
    }
    const stored = Buffer.from(yield CHECKSUM_SIZE)
    const isRight = stored.length < CHECKSUM_SIZE || stored.readUInt32BE() === sum
    isWrong ||= !isRight
    isCertain ||= isRight
    if (type === 'IEND') return { ...(isWrong ? ended(wrongChecksum('png')) : whole), isCertain }
  }
}
