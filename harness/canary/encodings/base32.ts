import type { Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { Group } from './group.ts'

const BYTES = 5
const CHARACTERS = 8
const BITS = 5
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const EXTENDED_HEX = '0123456789ABCDEFGHIJKLMNOPQRSTUV'

/** A group of one alphabet, in either case. */
function groupOf(alphabet: string): Group {
  const quintets = new Int8Array(256).fill(UNKNOWN)
  for (const letters of [alphabet, alphabet.toLowerCase()]) {
    for (const [value, code] of Buffer.from(letters).entries()) quintets[code] = value
  }
  return new Group(CHARACTERS, code => quintets[code] ?? UNKNOWN)
}

/** Turns the group into a unit. A byte whose two or three characters are not all there is unknown. */
function toUnit(group: Group, unit: Unit): boolean {
  let known = false
  for (let index = 0; index < BYTES; index++) {
    const first = Math.floor((index * 8) / BITS)
    const last = Math.floor((index * 8 + 7) / BITS)
    const value = byteOf(group, first, last, BITS * (last + 1) - 8 * (index + 1))
    unit.put(index, value, group.places[first] ?? 0, (group.places[last] ?? 0) + 1)
    known ||= value !== UNKNOWN
  }
  unit.count = BYTES
  unit.start = group.start
  unit.end = group.end
  return known
}

/** The byte in the bits of these characters, without the `spare` bits that belong to the next one. */
function byteOf(group: Group, first: number, last: number, spare: number): number {
  let bits = 0
  for (let index = first; index <= last; index++) {
    const value = group.values[index] ?? UNKNOWN
    if (value === UNKNOWN) return UNKNOWN
    bits = (bits << BITS) | value
  }
  return (bits >> spare) & 0xff
}

/** How many characters of the first group come before the first that a needle of this alignment fixes. */
const leadOf = (alignment: number): number => Math.ceil((alignment * 8) / BITS)

function alignedForm(group: Group, alignment: number): Form {
  const lead = leadOf(alignment)
  return {
    width: 2,
    period: CHARACTERS,
    skip: alignment,
    first(codes, at, unit) {
      group.readForward(codes, at, lead)
      group.readBackward(codes, at - 1, lead - 1)
      return toUnit(group, unit)
    },
    next(codes, at, unit) {
      group.readForward(codes, at, 0)
      return toUnit(group, unit)
    },
    previous(codes, end, unit) {
      group.readBackward(codes, end - 1, CHARACTERS - 1)
      return toUnit(group, unit)
    },
  }
}

/** The characters that the bytes alone decide when `alignment` bytes stand before them in their group. */
function encodeAligned(bytes: Uint8Array, alignment: number, alphabet: string): string {
  let text = '?'.repeat(leadOf(alignment))
  const bitAt = (bit: number): number => ((bytes[(bit >> 3) - alignment] ?? 0) >> (7 - (bit & 7))) & 1
  for (let bit = text.length * BITS; bit + BITS <= (alignment + bytes.length) * 8; bit += BITS) {
    let value = 0
    for (let index = 0; index < BITS; index++) value = (value << 1) | bitAt(bit + index)
    text += alphabet.charAt(value)
  }
  return text.slice(leadOf(alignment))
}

function encodersOf(alphabet: string, kind: Pick<Encoder, 'name' | 'over' | 'stack'>): Encoder[] {
  const group = groupOf(alphabet)
  return [0, 1, 2, 3, 4].flatMap(alignment => {
    const form = alignedForm(group, alignment)
    const write = (bytes: Uint8Array): string => encodeAligned(bytes, alignment, alphabet)
    return [
      { ...kind, form, encode: bytes => Buffer.from(write(bytes)) },
      { ...kind, form, encode: bytes => Buffer.from(write(bytes).toLowerCase()) },
    ]
  })
}

/**
 * Base32 at the five places in a group where bytes may begin, in both cases: in the usual alphabet (RFC 4648, section 6),
 * and in that of extended hex (section 7), which is seldom met and looked for over and under nothing else.
 */
export const base32Encoders: readonly Encoder[] = [
  ...encodersOf(ALPHABET, { name: 'base32', over: 'bytes', stack: 'one' }),
  ...encodersOf(EXTENDED_HEX, { name: 'base32hex', over: 'canary', stack: 'alone' }),
]
