import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import { Group } from './group.ts'

const BYTES = 4
const CHARACTERS = 5
const BASE = 85
const LARGEST = 2 ** 32 - 1

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const DIGITS = '0123456789'

/** The alphabets by name: Adobe's (PostScript Language Reference, ASCII85Encode), ZeroMQ RFC 32, and RFC 1924. */
const alphabets = {
  ascii85: String.fromCharCode(...Array.from({ length: BASE }, (_, value) => 0x21 + value)),
  z85: `${DIGITS}${LETTERS.toLowerCase()}${LETTERS}.-:+=^!/*?&<>()[]{}@%$#`,
  base85: `${DIGITS}${LETTERS}${LETTERS.toLowerCase()}!#$%&()*+-;<=>?@^_\`{|}~`,
} as const

/** In Adobe's alphabet, the one character for four zero bytes. */
const ZEROS = 0x7a

/** Reads groups of one alphabet. */
class Reader {
  readonly #group: Group
  readonly #zeros: number | null

  constructor(alphabet: string, zeros: number | null) {
    const values = new Int8Array(256).fill(UNKNOWN)
    for (const [value, code] of Buffer.from(alphabet).entries()) values[code] = value
    this.#group = new Group(CHARACTERS, code => values[code] ?? UNKNOWN)
    this.#zeros = zeros
  }

  /** The last group of a text may be short: n characters for n - 1 bytes. */
  forward(codes: Codes, at: number, unit: Unit): boolean {
    if (this.#zeros !== null && codes[at] === this.#zeros) return zeroUnit(unit, at)
    this.#group.readForward(codes, at, 0)
    return this.#toUnit(unit, this.#group.known)
  }

  backward(codes: Codes, end: number, unit: Unit): boolean {
    if (this.#zeros !== null && codes[end - 1] === this.#zeros) return zeroUnit(unit, end - 1)
    this.#group.readBackward(codes, end - 1, CHARACTERS - 1)
    return this.#group.values.every(value => value !== UNKNOWN) && this.#toUnit(unit, CHARACTERS)
  }

  #toUnit(unit: Unit, known: number): boolean {
    if (known < 2) return false
    let number = 0
    for (const [index, value] of this.#group.values.entries())
      number = number * BASE + (index < known ? value : BASE - 1)
    if (known === CHARACTERS && number > LARGEST) return false
    number = Math.min(number, LARGEST)
    unit.count = known - 1
    unit.start = this.#group.start
    unit.end = (this.#group.places[known - 1] ?? 0) + 1
    for (let index = 0; index < unit.count; index++) {
      unit.put(index, (number >>> (24 - 8 * index)) & 0xff, unit.start, unit.end)
    }
    return true
  }
}

function zeroUnit(unit: Unit, at: number): true {
  unit.count = BYTES
  unit.start = at
  unit.end = at + 1
  for (let index = 0; index < BYTES; index++) unit.put(index, 0, at, at + 1)
  return true
}

/** A group depends on all of its bytes: only whole groups of the needle are the same whatever stands around it. */
function encodeGroups(bytes: Uint8Array, lost: number, alphabet: string): string {
  const view = Buffer.from(bytes)
  let text = ''
  for (let at = lost; at + BYTES <= view.length; at += BYTES) text += groupOf(view.readUInt32BE(at), alphabet)
  return text
}

function groupOf(number: number, alphabet: string): string {
  let text = ''
  for (let index = 0; index < CHARACTERS; index++) {
    text = alphabet.charAt(number % BASE) + text
    number = Math.floor(number / BASE)
  }
  return text
}

function formOf(reader: Reader, lost: number): Form {
  return {
    width: 2,
    period: 1,
    skip: 0 - lost,
    first: (codes, at, unit) => reader.forward(codes, at, unit),
    next: (codes, at, unit) => reader.forward(codes, at, unit),
    previous: (codes, end, unit) => reader.backward(codes, end, unit),
  }
}

function encodersOf(name: keyof typeof alphabets): Encoder[] {
  const alphabet = alphabets[name]
  const reader = new Reader(alphabet, name === 'ascii85' ? ZEROS : null)
  return [0, 1, 2, 3].map(lost => ({
    name,
    encode: bytes => Buffer.from(encodeGroups(bytes, lost, alphabet)),
    form: formOf(reader, lost),
    over: 'bytes',
    stack: 'pair',
  }))
}

/** Base85 in three alphabets, at the four places in a group where bytes may begin. */
export const base85Encoders: readonly Encoder[] = [
  ...encodersOf('ascii85'),
  ...encodersOf('z85'),
  ...encodersOf('base85'),
]
