import { readFileSync } from 'node:fs'

/** getauxval(3): pairs of words that the kernel gives to each program; this key is that of the page size. */
const AT_PAGESZ = 6n
const PAIR = 16
const USUAL = 4096

/** Bytes of a page of memory on this machine. */
export const PAGE = pageSize()

function pageSize(): number {
  try {
    const pairs = readFileSync('/proc/self/auxv')
    for (let at = 0; at + PAIR <= pairs.length; at += PAIR) {
      if (pairs.readBigUInt64LE(at) === AT_PAGESZ) return Number(pairs.readBigUInt64LE(at + PAIR / 2))
    }
  } catch {
    // Where there is no /proc, no memory is read either: `rights.ts` says so.
  }
  return USUAL
}
