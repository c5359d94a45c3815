import type { Codes, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import type { NumberList } from './number-list.ts'

const GROUP = 128
/** Bytes of a number below 2^35: more than any vocabulary needs. */
const LONGEST = 5

const isLast = (code: number): boolean => code >= 0 && code < GROUP

function read(codes: Codes, at: number, factor: number, unit: Unit): boolean {
  let value = 0
  for (let index = 0; index < LONGEST; index++) {
    const code = codes[at + index] ?? UNKNOWN
    if (code === UNKNOWN) return false
    value += (code % GROUP) * GROUP ** index
    if (isLast(code)) return value % factor === 0 && unit.one(value / factor, at, at + index + 1)
  }
  return false
}

/** Where the number that ends before `end` begins, or UNKNOWN. */
function beginOf(codes: Codes, end: number): number {
  if (!isLast(codes[end - 1] ?? UNKNOWN)) return UNKNOWN
  let begin = end - 1
  while (begin > end - LONGEST && (codes[begin - 1] ?? UNKNOWN) >= GROUP) begin--
  return begin
}

function bytesOf(value: number): number[] {
  return value < GROUP ? [value] : [(value % GROUP) + GROUP, ...bytesOf(Math.floor(value / GROUP))]
}

function listOf(name: string, factor: number): NumberList {
  return {
    name,
    kind: 'binary',
    over: 'canary',
    form: {
      width: LONGEST,
      period: 1,
      skip: 0,
      first: (codes, at, unit) => read(codes, at, factor, unit),
      next: (codes, at, unit) => read(codes, at, factor, unit),
      previous: (codes, end, unit) => {
        const begin = beginOf(codes, end)
        return begin !== UNKNOWN && read(codes, begin, factor, unit) && unit.end === end
      },
    },
    write: numbers => Uint8Array.from(numbers.flatMap(number => bytesOf(number * factor))),
  }
}

/** Base-128 numbers, lowest group first: packed fields of protobuf (uint32, int64), and doubled as signed ones (sint, Avro). */
export const varintLists: readonly NumberList[] = [listOf('varint', 1), listOf('zigzag', 2)]
