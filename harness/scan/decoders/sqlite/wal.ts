import type { Codes } from '../../../canary/form.ts'
import type { CarvedDecoder } from '../decoder.ts'
import type { Parser } from '../parsing.ts'
import { Parsing, whole } from '../parsing.ts'
import { OverflowChains } from './chains.ts'
import { pageSize } from './page-size.ts'

/** What a log begins with, for checksums in either byte order, with the format's only version (fileformat2.html, 4.1). */
const magics = ['377f0682002de218', '377f0683002de218'].map(hex => Buffer.from(hex, 'hex'))
const HEADER_SIZE = 32
const PAGE_SIZE_AT = 8
const SALT_AT = 16
const FRAME_HEADER = 24
const COMMIT_AT = 4
const FRAME_SALT_AT = 8
/** Frames of earlier rounds are left behind the newest: their salt is by so many rounds lower. */
const MOST_ROUNDS = 2 ** 20
const MOST_PAGES = 2 ** 32 - 2

/** A write-ahead log of SQLite: of each transaction the values that go on over several pages. */
export const sqliteWalDecoder: CarvedDecoder = {
  name: 'sqlite-wal',
  kind: 'store',
  period: null,
  magics,
  wrapped: { depth: 1 },
  isPlausible: (codes: Codes, at: number) => pageSize(codes, at + PAGE_SIZE_AT, 4) !== null,
  open: () => new Parsing(parse()),
}

function* parse(): Parser {
  const header = Buffer.from(yield HEADER_SIZE)
  const size = pageSize(header, PAGE_SIZE_AT, 4)
  if (header.length < HEADER_SIZE || size === null) return whole
  let damage: string | null = null
  let unused = 0
  for (let isOpen = true; isOpen; ) {
    const chains = new OverflowChains(size, MOST_PAGES)
    for (let isCommitted = false; isOpen && !isCommitted; ) {
      const frame = Buffer.from(yield FRAME_HEADER + size)
      isOpen = frame.length === FRAME_HEADER + size && isFrame(frame, header)
      if (!isOpen) unused = frame.length
      else chains.page(frame.readUInt32BE(0), frame.subarray(FRAME_HEADER))
      isCommitted = isOpen && frame.readUInt32BE(COMMIT_AT) > 0
      yield* chains.take()
    }
    chains.end()
    yield* chains.take()
    damage ??= chains.damage
  }
  return { damage, unused, isCertain: true }
}

function isFrame(frame: Buffer, header: Buffer): boolean {
  const rounds = (header.readUInt32BE(SALT_AT) - frame.readUInt32BE(FRAME_SALT_AT)) >>> 0
  return frame.readUInt32BE(0) > 0 && rounds < MOST_ROUNDS
}
