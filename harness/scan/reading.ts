import { CERTAIN_CHARACTERS } from '../canary/chance.ts'
import type { Codec } from '../canary/codec.ts'
import { CANARY_LENGTH, ID_LENGTH, ID_POSITION, roleOfLetter, UNREAD } from '../canary/codec.ts'
import type { Decoding } from '../canary/form.ts'
import type { Peeled } from '../canary/peel.ts'
import { peel } from '../canary/peel.ts'
import { isSpelled } from '../canary/spelling.ts'
import type { Role } from '../model/canary.ts'
import type { MagicNeedle } from './needles.ts'
import { isAligned } from './pairing.ts'

const ID_END = ID_POSITION + ID_LENGTH

/** A canary as it was read around a magic. */
export interface Reading {
  readonly id: string
  readonly role: Role
  readonly confirmed: boolean
  readonly via: readonly string[]
  /** the encoded canary, as a half-open range of the bytes that were given */
  readonly from: number
  readonly to: number
  /** how many of the canary's 52 characters were read */
  readonly characters: number
  /** both magics and a valid id were read */
  readonly whole: boolean
  /** for UTF-16 and UTF-32: its characters begin where a text's do */
  readonly aligned: boolean
}

/** How far around a needle's beginning its canary may reach, in bytes: what `readCanary` must be given. */
export function reachOf(needle: MagicNeedle): number {
  return (CANARY_LENGTH + 2) * needle.width
}

/**
 * Reads the canary around a needle that stands at `at`, along the chain that tells most of it.
 * @param position of the first of `bytes` in its stream
 */
export function readCanary(
  codec: Pick<Codec, 'isValid'>,
  needle: MagicNeedle,
  bytes: Uint8Array,
  at: number,
  position: number,
): Reading {
  let best = readAlong(needle.chain, codec, needle, bytes, at, position)
  for (const chain of needle.others) {
    if (best.whole && best.aligned) break
    const other = readAlong(chain, codec, needle, bytes, at, position)
    if (isBetter(other, best)) best = other
  }
  return best
}

/** A reading that tells more; or as much, and of as many encodings, whose characters are aligned. */
function isBetter(one: Reading, other: Reading): boolean {
  if (one.characters !== other.characters) return one.characters > other.characters
  return one.via.length === other.via.length && one.aligned && !other.aligned
}

function readAlong(
  chain: readonly Decoding[],
  codec: Pick<Codec, 'isValid'>,
  needle: MagicNeedle,
  bytes: Uint8Array,
  at: number,
  position: number,
): Reading {
  const peeled = peel(bytes, at, chain)
  const begin = peeled.at - needle.start - (needle.half === 'a' ? 0 : ID_END)
  const text = textAt(peeled, begin)
  const isValid = codec.isValid(text.slice(ID_POSITION, ID_END))
  const [first, last] = extent(text, needle, isValid)
  const id = readId(text, first, last)
  return {
    id,
    ...roleOf(id, needle, isValid, magicCharacters(needle, first, last) >= CERTAIN_CHARACTERS),
    via: chain.map(encoder => encoder.name),
    // Reversed text ends where it begins.
    from: Math.min(peeled.from(begin + first), peeled.from(begin + last)),
    to: Math.max(peeled.to(begin + first), peeled.to(begin + last)),
    characters: last - first + 1,
    whole: isValid && last - first + 1 === CANARY_LENGTH,
    aligned: isAligned(chain, needle.width, bytes, at, position),
  }
}

function textAt(peeled: Peeled, begin: number): string {
  let text = ''
  for (let index = begin; index < begin + CANARY_LENGTH; index++) {
    const code = peeled.codes[index] ?? -1
    text += code > 0x20 && code < 0x7f ? String.fromCharCode(code) : UNREAD
  }
  return text
}

/**
 * The first and the last place of the canary, from the middle of the needle outward, as far as its characters go on
 * without a gap. A whole id with a wrong check was other text: only its role letter, beside the magic, may stand.
 */
function extent(text: string, needle: MagicNeedle, isValid: boolean): [number, number] {
  const { magic, half } = needle
  if (text.startsWith(magic.a) && text.endsWith(magic.b)) return [0, CANARY_LENGTH - 1]
  const expected = `${magic.a}${UNREAD.repeat(ID_LENGTH)}${magic.b}`
  const fits = (place: number): boolean =>
    isIdPlace(place) ? isSpelled(text.charAt(place), place) : text[place] === expected[place]
  const middle = (half === 'a' ? 0 : ID_END) + needle.start + Math.floor(needle.length / 2)
  let [first, last] = [middle, middle]
  while (first > 0 && fits(first - 1)) first--
  while (last < CANARY_LENGTH - 1 && fits(last + 1)) last++
  if (isValid) return [first, last]
  return half === 'a'
    ? [first, last >= ID_END - 1 ? ID_POSITION : last]
    : [first <= ID_POSITION ? ID_END - 1 : first, last]
}

/** How many characters of its magic were read. */
function magicCharacters({ half }: MagicNeedle, first: number, last: number): number {
  return half === 'a' ? Math.min(last, ID_POSITION - 1) - first + 1 : last - Math.max(first, ID_END) + 1
}

const isIdPlace = (place: number): boolean => place >= ID_POSITION && place < ID_END

/** The id's characters that were read, and `?` for the others. */
function readId(text: string, first: number, last: number): string {
  let id = ''
  for (let place = ID_POSITION; place < ID_END; place++) {
    const isRead = place >= first && place <= last && isSpelled(text.charAt(place), place)
    id += isRead ? text.charAt(place) : UNREAD
  }
  return id
}

/**
 * A valid id tells its role; else a role letter does that stands beside enough of the magic, if canaries with this
 * magic can have it. The rest is evidence.
 */
function roleOf(
  id: string,
  needle: MagicNeedle,
  isValid: boolean,
  isCertain: boolean,
): Pick<Reading, 'role' | 'confirmed'> {
  const role = roleOfLetter(needle.half === 'a' ? id.charAt(0) : id.charAt(ID_LENGTH - 1))
  const isRole = role !== null && (role === 'decoy') === needle.decoy
  if (isRole && (isValid || isCertain)) return { role, confirmed: true }
  return { role: needle.decoy ? 'decoy' : 'payload', confirmed: isValid }
}
