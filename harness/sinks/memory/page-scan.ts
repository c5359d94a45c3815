import { cLibrary } from '../native/c-library.ts'
import type { Region, Run } from './regions.ts'

/** `_IOWR('f', 16, struct pm_scan_arg)`: linux/fs.h; Documentation/admin-guide/mm/pagemap.rst, "Pagemap Scan IOCTL". */
const PAGEMAP_SCAN = 0xc0606610
const ARGUMENT = {
  bytes: 96,
  size: 0,
  start: 16,
  end: 24,
  walkEnd: 32,
  vector: 40,
  length: 48,
  inverted: 64,
  mask: 72,
  any: 80,
}
const PRESENT = 1n << 3n
const SWAPPED = 1n << 4n
/** the page of zeros that stands for what was only read */
const ZERO = 1n << 5n
const REGION = 24
const REGIONS = 1024
/** Parts of one region that hold something; each is an object here. */
export const MOST_RUNS = 1_000_000

interface Kernel {
  ioctl(descriptor: number, request: number, argument: Buffer): number
  /** where the bytes lie in the memory of this process */
  addressOf(bytes: Buffer): bigint
}

let kernel: Kernel | null | undefined

/**
 * Asks the kernel (from 6.7 on) which pages of a region hold something other than zeros that were only read.
 * It stops after so many runs as `MOST_RUNS` says.
 *
 * @param descriptor of `/proc/PID/pagemap`
 * @returns null where it cannot be asked
 */
export function scanPages(descriptor: number, { from, to }: Region): Run[] | null {
  if (kernel === undefined) kernel = load()
  if (kernel === null) return null
  const runs: Run[] = []
  const vector = Buffer.alloc(REGIONS * REGION)
  for (let at = from; at < to && runs.length < MOST_RUNS; ) {
    const argument = argumentFor(at, to, kernel.addressOf(vector))
    const found = kernel.ioctl(descriptor, PAGEMAP_SCAN, argument)
    const walked = Number(argument.readBigUInt64LE(ARGUMENT.walkEnd))
    if (found < 0 || walked <= at) return null
    for (let index = 0; index < found; index++) {
      const start = Number(vector.readBigUInt64LE(index * REGION))
      runs.push({ from: start, to: Number(vector.readBigUInt64LE(index * REGION + 8)) })
    }
    at = walked
  }
  return runs
}

function argumentFor(from: number, to: number, vector: bigint): Buffer {
  const argument = Buffer.alloc(ARGUMENT.bytes)
  const set = (at: number, value: bigint): void => void argument.writeBigUInt64LE(value, at)
  set(ARGUMENT.size, BigInt(ARGUMENT.bytes))
  set(ARGUMENT.start, BigInt(from))
  set(ARGUMENT.end, BigInt(to))
  set(ARGUMENT.vector, vector)
  set(ARGUMENT.length, BigInt(REGIONS))
  set(ARGUMENT.inverted, ZERO)
  set(ARGUMENT.mask, ZERO)
  set(ARGUMENT.any, PRESENT | SWAPPED)
  return argument
}

/** Null where this platform has no C library that Lethe can call. */
function load(): Kernel | null {
  const library = cLibrary()
  if (library === null) return null
  const ioctl = library.functions.func('int ioctl(int, unsigned long, void *)') as Kernel['ioctl']
  return { ioctl, addressOf: library.koffi.address }
}
