import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { hexByte } from './hex.ts'
import { skipWrittenLineEnd } from './line-end.ts'

const GROUP = 4
const PERCENT = 0x25
const BACKSLASH = 0x5c
const SLASH = 0x2f

/** Sextets by code, of the standard and of the URL alphabet; UNKNOWN elsewhere. */
const sextets = new Int8Array(256).fill(UNKNOWN)
for (const tail of ['+/', '-_']) {
  for (const [value, code] of Buffer.from(
    `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${tail}`,
  ).entries()) {
    sextets[code] = value
  }
}

function sextetAt(codes: Codes, at: number): number {
  return sextets[codes[at] ?? UNKNOWN] ?? UNKNOWN
}

/** URLs escape `+` and `/`, and some JSON writers `/`: the code of the character that an escape at `at` stands for. */
function escapedCode(codes: Codes, at: number): number {
  if (codes[at] === PERCENT) return hexByte(codes, at + 1)
  if (codes[at] === BACKSLASH) return codes[at + 1] === SLASH ? SLASH : UNKNOWN
  return UNKNOWN
}

/** The four characters of the group being read: where each begins and ends, and their sextets. */
const places = [0, 0, 0, 0]
const ends = [0, 0, 0, 0]
const group = [UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]

/** Reads characters `index` and on, forward from `at`; after the first that is none, the rest is unknown. */
function readForward(codes: Codes, at: number, index: number): void {
  let open = true
  for (let next = at; index < GROUP; index++) {
    if (open && index > 0) next = skipWrittenLineEnd(codes, next, 1)
    next = put(codes, next, index, open)
    open = group[index] !== UNKNOWN
  }
}

/** Takes the character at `at` as number `index` of the group, and returns where the next one is. */
function put(codes: Codes, at: number, index: number, open: boolean): number {
  const bare = open ? sextetAt(codes, at) : UNKNOWN
  const escaped = open && bare === UNKNOWN ? escapedCode(codes, at) : UNKNOWN
  const end = at + (escaped === UNKNOWN ? 1 : codes[at] === PERCENT ? 3 : 2)
  places[index] = at
  ends[index] = end
  group[index] = escaped === UNKNOWN ? bare : (sextets[escaped] ?? UNKNOWN)
  return end
}

/** Reads characters `index` and before, backward from `at`. */
function readBackward(codes: Codes, at: number, index: number): void {
  let open = true
  for (; index >= 0; index--, at--) {
    if (open) at = skipWrittenLineEnd(codes, at, -1)
    const sextet: number = open ? sextetAt(codes, at) : UNKNOWN
    open = sextet !== UNKNOWN
    places[index] = at
    ends[index] = at + 1
    group[index] = sextet
  }
}

/** Turns the group into a unit. A byte whose two characters are not both there is unknown. */
function toUnit(unit: Unit): boolean {
  let known = false
  for (let index = 0; index < 3; index++) {
    const high = group[index] ?? UNKNOWN
    const low = group[index + 1] ?? UNKNOWN
    const isKnown = high !== UNKNOWN && low !== UNKNOWN
    unit.values[index] = isKnown ? ((high << (2 + index * 2)) | (low >> (4 - index * 2))) & 0xff : UNKNOWN
    unit.from[index] = places[index] ?? 0
    unit.to[index] = ends[index + 1] ?? 0
    known ||= isKnown
  }
  unit.count = 3
  unit.start = places[0] ?? 0
  unit.end = ends[3] ?? 0
  return known
}

/** How many characters of the first group come before the first that a needle of this alignment fixes. */
const leadOf = (alignment: number): number => Math.ceil((alignment * 8) / 6)

function alignedForm(alignment: number): Form {
  const lead = leadOf(alignment)
  return {
    width: 2,
    period: 4,
    skip: alignment,
    first(codes, at, unit) {
      readForward(codes, at, lead)
      readBackward(codes, at - 1, lead - 1)
      return toUnit(unit)
    },
    next(codes, at, unit) {
      readForward(codes, skipWrittenLineEnd(codes, at, 1), 0)
      return toUnit(unit)
    },
    previous(codes, end, unit) {
      readBackward(codes, end - 1, GROUP - 1)
      return toUnit(unit)
    },
  }
}

/** The characters that the bytes alone decide when `alignment` bytes stand before them in their group. */
function encodeAligned(bytes: Uint8Array, alignment: number, alphabet: 'base64' | 'base64url'): Uint8Array {
  const text = Buffer.concat([Buffer.alloc(alignment), bytes]).toString(alphabet)
  return Buffer.from(text.slice(leadOf(alignment), Math.floor(((alignment + bytes.length) * 8) / 6)))
}

/** Base64 at the three places in a group where bytes may begin, in the standard and in the URL alphabet. */
export const base64Encoders: readonly Encoder[] = (['base64', 'base64url'] as const).flatMap(name =>
  [0, 1, 2].map(alignment => ({
    name,
    encode: (bytes: Uint8Array) => encodeAligned(bytes, alignment, name),
    form: alignedForm(alignment),
    over: 'bytes' as const,
    stack: 'any' as const,
  })),
)
