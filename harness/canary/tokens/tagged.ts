import type { Codes, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { bytesOfNumber, numberAt } from './fixed-width.ts'
import type { NumberList } from './number-list.ts'

/** How a format writes numbers: the smallest by themselves, the others after a tag that says their size. */
interface Style {
  readonly name: string
  /** numbers below this are one byte without a tag */
  readonly bare: number
  readonly order: 'le' | 'be'
  /** from small to large */
  readonly tags: readonly { readonly tag: number; readonly size: 1 | 2 | 4 }[]
}

const WIDTH = 5

/** Reads the number at `at`; one that has a shorter form is none, so that reading backward is certain. */
function read(codes: Codes, at: number, style: Style, unit: Unit): boolean {
  const first = codes[at] ?? UNKNOWN
  if (first >= 0 && first < style.bare) return unit.one(first, at, at + 1)
  const size = style.tags.find(({ tag }) => tag === first)?.size
  if (size === undefined) return false
  const value = numberAt(codes, at + 1, size, style.order)
  return value !== UNKNOWN && writeOne(value, style)?.length === size + 1 && unit.one(value, at, at + size + 1)
}

function readPrevious(codes: Codes, end: number, style: Style, unit: Unit): boolean {
  for (const { size } of style.tags.toReversed()) {
    if (read(codes, end - size - 1, style, unit) && unit.end === end) return true
  }
  return read(codes, end - 1, style, unit) && unit.end === end
}

function writeOne(value: number, { bare, tags, order }: Style): number[] | null {
  if (value < bare) return [value]
  for (const { tag, size } of tags) {
    const bytes = bytesOfNumber(value, size, order)
    if (bytes !== null) return [tag, ...bytes]
  }
  return null
}

function listOf(style: Style): NumberList {
  return {
    name: style.name,
    kind: 'binary',
    over: 'canary',
    form: {
      width: WIDTH,
      period: 1,
      skip: 0,
      first: (codes, at, unit) => read(codes, at, style, unit),
      next: (codes, at, unit) => read(codes, at, style, unit),
      previous: (codes, end, unit) => readPrevious(codes, end, style, unit),
    },
    write: numbers => {
      const all = numbers.map(number => writeOne(number, style))
      return all.every(bytes => bytes !== null) ? Uint8Array.from(all.flat()) : null
    },
  }
}

/** Lists of MessagePack (uint family), CBOR (RFC 8949, major type 0) and Python's pickle (BININT1, BININT2, BININT). */
export const taggedLists: readonly NumberList[] = [
  listOf({
    name: 'msgpack',
    bare: 0x80,
    order: 'be',
    tags: [
      { tag: 0xcc, size: 1 },
      { tag: 0xcd, size: 2 },
      { tag: 0xce, size: 4 },
    ],
  }),
  listOf({
    name: 'cbor',
    bare: 24,
    order: 'be',
    tags: [
      { tag: 0x18, size: 1 },
      { tag: 0x19, size: 2 },
      { tag: 0x1a, size: 4 },
    ],
  }),
  listOf({
    name: 'pickle',
    bare: 0,
    order: 'le',
    tags: [
      { tag: 0x4b, size: 1 },
      { tag: 0x4d, size: 2 },
      { tag: 0x4a, size: 4 },
    ],
  }),
]
