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
/** No vocabulary is larger: of two ways to read backward, a wrong one often gives such a number. */
const LARGEST = 2 ** 20
/** So many numbers before it are tried to tell which way to read a number backward is right. */
const LOOK_BACK = 3

/** Reads the number at `at`; one that has a shorter form is none. */
function read(codes: Codes, at: number, style: Style, unit: Unit): boolean {
  const first = codes[at] ?? UNKNOWN
  if (first >= 0 && first < style.bare) return unit.one(first, at, at + 1)
  const size = style.tags.find(({ tag }) => tag === first)?.size
  if (size === undefined) return false
  const value = numberAt(codes, at + 1, size, style.order)
  if (value === UNKNOWN || value > LARGEST) return false
  return writeOne(value, style)?.length === size + 1 && unit.one(value, at, at + size + 1)
}

/** A tag may also be a byte of a number: of all numbers that end there, the one before which the most can be read. */
function readPrevious(codes: Codes, end: number, style: Style, unit: Unit): boolean {
  let [begin, most] = [end, -1]
  for (const candidate of beginsOf(codes, end, style, unit)) {
    const before = numbersBefore(codes, candidate, style, LOOK_BACK, unit)
    if (before > most) [begin, most] = [candidate, before]
  }
  return most >= 0 && read(codes, begin, style, unit)
}

/** Where the numbers that end before `end` begin, the longest first. */
function beginsOf(codes: Codes, end: number, style: Style, unit: Unit): number[] {
  const sizes = [...style.tags.map(({ size }) => size + 1).reverse(), 1]
  return sizes.map(size => end - size).filter(begin => read(codes, begin, style, unit) && unit.end === end)
}

/** How many numbers can be read backward from `end`, at most `depth`. */
function numbersBefore(codes: Codes, end: number, style: Style, depth: number, unit: Unit): number {
  if (depth === 0) return 0
  const counts = beginsOf(codes, end, style, unit).map(begin => 1 + numbersBefore(codes, begin, style, depth - 1, unit))
  return Math.max(0, ...counts)
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
