import type { Codes } from '../../../canary/form.ts'

/** XLOG_BLCKSZ as all packages of PostgreSQL are built. */
export const WAL_PAGE_SIZE = 8192
const SHORT_HEADER = 24
const LONG_HEADER = 40
const CONTINUES = 0x01
const LONG = 0x02
/** XLOG_PAGE_MAGIC of versions 12 to 18 (xlog_internal.h): one byte of the format's age, and 0xd1. */
const ages = [0x01, 0x06, 0x0d, 0x10, 0x13, 0x16, 0x18]
const FAMILY = 0xd1
/** From version 15 on, images of pages may be packed by three methods, and their flags are others. */
const MANY_METHODS_FROM = 0x10
/** The flags of a page: those that are usual, and all. */
const USUAL_FLAGS = 8
const MOST_FLAGS = 16

/** What a page's header says (XLogPageHeaderData). */
export interface WalPage {
  readonly hasManyMethods: boolean
  /** where it stands in the log of all times */
  readonly address: number
  /** bytes of a record that began before this page, or 0 */
  readonly continued: number
  readonly headerSize: number
}

export const walMagics: readonly Uint8Array[] = ages.flatMap(age =>
  Array.from({ length: USUAL_FLAGS }, (_, flags) => Uint8Array.of(age, FAMILY, flags, 0)),
)

const shortAt = (codes: Codes, at: number): number => (codes[at] ?? -1) + (codes[at + 1] ?? -1) * 256

/** Whether a page of the log may begin at `at`. */
export function isWalPage(codes: Codes, at: number): boolean {
  const flags = shortAt(codes, at + 2)
  const isTimeline = shortAt(codes, at + 4) > 0 && shortAt(codes, at + 6) === 0
  const isAddress = shortAt(codes, at + 8) % WAL_PAGE_SIZE === 0
  const isPadded = shortAt(codes, at + 20) === 0 && shortAt(codes, at + 22) === 0
  const isContinued = shortAt(codes, at + 16) + shortAt(codes, at + 18) > 0
  const isFlagged = flags >= 0 && flags < MOST_FLAGS && ((flags & CONTINUES) !== 0) === isContinued
  return codes[at + 1] === FAMILY && isTimeline && isAddress && isPadded && isFlagged
}

export function readWalPage(page: Buffer): WalPage {
  const flags = page.readUInt16LE(2)
  return {
    hasManyMethods: page.readUInt8(0) >= MANY_METHODS_FROM,
    address: page.readUInt32LE(8) + page.readUInt32LE(12) * 2 ** 32,
    continued: flags & CONTINUES ? page.readUInt32LE(16) : 0,
    headerSize: flags & LONG ? LONG_HEADER : SHORT_HEADER,
  }
}
