import type { Codes, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import type { NumberList } from './number-list.ts'

type Order = 'le' | 'be'

const BASE = 256

/** The number that `size` bytes from `at` on write, or UNKNOWN where one of them is not known. */
export function numberAt(codes: Codes, at: number, size: number, order: Order): number {
  let value = 0
  for (let index = 0; index < size; index++) {
    const code = codes[order === 'be' ? at + index : at + size - 1 - index] ?? UNKNOWN
    if (code === UNKNOWN) return UNKNOWN
    value = value * BASE + code
  }
  return value
}

/** Null when the number takes more bytes. */
export function bytesOfNumber(value: number, size: number, order: Order): number[] | null {
  if (value >= BASE ** size) return null
  const bytes = Array.from({ length: size }, (_, index) => Math.floor(value / BASE ** index) % BASE)
  return order === 'be' ? bytes.reverse() : bytes
}

function listOf(name: string, size: number, order: Order): NumberList {
  const read = (codes: Codes, at: number, unit: Unit): boolean => {
    const value = numberAt(codes, at, size, order)
    return value !== UNKNOWN && unit.one(value, at, at + size)
  }
  return {
    name,
    kind: 'binary',
    over: 'canary',
    form: {
      width: size,
      period: size,
      skip: 0,
      first: read,
      next: read,
      previous: (codes, end, unit) => read(codes, end - size, unit),
    },
    write: numbers => {
      const all = numbers.map(number => bytesOfNumber(number, size, order))
      return all.every(bytes => bytes !== null) ? Uint8Array.from(all.flat()) : null
    },
  }
}

/** Numbers of 2, 4 and 8 bytes in both orders, as arrays, tensors and columns hold them (numpy, torch, safetensors). */
export const fixedWidthLists: readonly NumberList[] = [
  listOf('u16le', 2, 'le'),
  listOf('u16be', 2, 'be'),
  listOf('u32le', 4, 'le'),
  listOf('u32be', 4, 'be'),
  listOf('i64le', 8, 'le'),
  listOf('i64be', 8, 'be'),
]
