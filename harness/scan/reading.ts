import type { Codec } from '../canary/codec.ts'
import { CANARY_LENGTH, ID_LENGTH, ID_POSITION, roleOfLetter } from '../canary/codec.ts'
import type { Peeled } from '../canary/peel.ts'
import { peel } from '../canary/peel.ts'
import { isSpelled } from '../canary/spelling.ts'
import type { Role } from '../model/canary.ts'
import type { MagicNeedle } from './needles.ts'
import { isAligned } from './pairing.ts'

const ID_END = ID_POSITION + ID_LENGTH
const UNREAD = '?'

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
  /** for UTF-16: its pairs begin at even places, as a text's do */
  readonly aligned: boolean
}

/** How far around a needle's beginning its canary may reach, in bytes: what `readCanary` must be given. */
export function reachOf(needle: MagicNeedle): number {
  return (CANARY_LENGTH + 2) * needle.width
}

/**
 * Reads the canary around a needle that stands at `at`.
 * @param position of the first of `bytes` in its stream
 */
export function readCanary(
  codec: Codec,
  needle: MagicNeedle,
  bytes: Uint8Array,
  at: number,
  position: number,
): Reading {
  const peeled = peel(bytes, at, needle.chain)
  const begin = needle.half === 'a' ? peeled.at : peeled.at - ID_END
  const text = textAt(peeled, begin)
  const [first, last] = extent(text, needle)
  const id = readId(codec, text, first, last)
  return {
    id,
    ...roleOf(id, needle, codec),
    via: needle.chain.map(encoder => encoder.name),
    from: peeled.from(begin + first),
    to: peeled.to(begin + last),
    characters: last - first + 1,
    aligned: isAligned(needle, bytes, at, position),
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

/** The first and the last place, from the found magic outward, up to where a canary's characters go on without a gap. */
function extent(text: string, { magic, half }: MagicNeedle): [number, number] {
  const fits = (place: number): boolean => {
    const char = text.charAt(place)
    if (place < ID_POSITION) return char === magic.a[place]
    if (place >= ID_END) return char === magic.b[place - ID_END]
    return isSpelled(char, place)
  }
  const otherWhole = half === 'a' ? text.endsWith(magic.b) : text.startsWith(magic.a)
  if (otherWhole) return [0, CANARY_LENGTH - 1]
  let first = half === 'a' ? 0 : ID_END
  let last = half === 'a' ? ID_POSITION - 1 : CANARY_LENGTH - 1
  while (first > 0 && fits(first - 1)) first--
  while (last < CANARY_LENGTH - 1 && fits(last + 1)) last++
  return [first, last]
}

/** The id's characters that were read. A whole id with a wrong check was not an id: only its role letters may stand. */
function readId(codec: Codec, text: string, first: number, last: number): string {
  let id = ''
  for (let place = ID_POSITION; place < ID_END; place++) {
    const char = text.charAt(place)
    id += place >= first && place <= last && isSpelled(char, place) ? char : UNREAD
  }
  if (id.includes(UNREAD) || codec.isValid(id)) return id
  return `${first === 0 ? id.charAt(0) : UNREAD}${UNREAD.repeat(ID_LENGTH - 2)}${last === CANARY_LENGTH - 1 ? id.charAt(ID_LENGTH - 1) : UNREAD}`
}

function roleOf(id: string, needle: MagicNeedle, codec: Codec): Pick<Reading, 'role' | 'confirmed'> {
  const letter = needle.half === 'a' ? id.charAt(0) : id.charAt(ID_LENGTH - 1)
  const role = roleOfLetter(letter)
  const isPlausible = role !== null && (role === 'decoy') === needle.decoy
  if (isPlausible) return { role, confirmed: true }
  return { role: needle.decoy ? 'decoy' : 'payload', confirmed: codec.isValid(id) }
}
