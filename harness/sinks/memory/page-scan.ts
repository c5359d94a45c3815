import koffi from 'koffi'
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

type Ioctl = (descriptor: number, request: number, argument: Buffer) => number

let ioctl: Ioctl | null | undefined

/**
 * Asks the kernel (from 6.7 on) which pages of a region hold something other than zeros that were only read.
 * @param descriptor of `/proc/PID/pagemap`
 * @returns null where it cannot be asked
 */
export function scanPages(descriptor: number, { from, to }: Region): Run[] | null {
  const runs: Run[] = []
  const vector = Buffer.alloc(REGIONS * REGION)
  for (let at = from; at < to; ) {
    const argument = argumentFor(at, to, vector)
    const found = call()?.(descriptor, PAGEMAP_SCAN, argument) ?? -1
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

function argumentFor(from: number, to: number, vector: Buffer): Buffer {
  const argument = Buffer.alloc(ARGUMENT.bytes)
  const set = (at: number, value: bigint): void => void argument.writeBigUInt64LE(value, at)
  set(ARGUMENT.size, BigInt(ARGUMENT.bytes))
  set(ARGUMENT.start, BigInt(from))
  set(ARGUMENT.end, BigInt(to))
  set(ARGUMENT.vector, BigInt(koffi.address(vector)))
  set(ARGUMENT.length, BigInt(REGIONS))
  set(ARGUMENT.inverted, ZERO)
  set(ARGUMENT.mask, ZERO)
  set(ARGUMENT.any, PRESENT | SWAPPED)
  return argument
}

function call(): Ioctl | null {
  if (ioctl === undefined) ioctl = load()
  return ioctl
}

function load(): Ioctl | null {
  try {
    return koffi.load(null).func('int ioctl(int, unsigned long, void *)') as Ioctl
  } catch {
    return null
  }
}
