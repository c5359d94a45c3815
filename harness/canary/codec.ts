import type { KeyObject } from 'node:crypto'
import type { Role } from '../model/canary.ts'
import type { RunKey } from './key.ts'
import { isSpelled, spell } from './spelling.ts'

/** Characters of a whole canary: magic a (20), id (12), magic b (20). */
export const CANARY_LENGTH = 52
/** Where the id begins in a canary, and its length. */
export const ID_POSITION = 20
export const ID_LENGTH = 12
/** Stands in an id for a character that could not be read. */
export const UNREAD = '?'

/** The id's places within the id: role · 4 of serial · 4 of check · 2 of serial · role. */
const CHECK_AT = 5
const CHECK_LENGTH = 4

const letterOf: Readonly<Record<Role, string>> = { payload: 'p', control: 'c', decoy: 'd', upstream: 'u', output: 'o' }

/** The characters of an id that tell canaries of one role apart: 4 before the check, 2 after it. */
export interface Serial {
  readonly before: string
  readonly after: string
}

/** Makes ids and checks them, under one run's key. An id says its role at both ends, so half an id still tells it. */
export class Codec {
  readonly #key: RunKey
  readonly #serialKey: KeyObject
  readonly #checkKey: KeyObject

  constructor(key: RunKey) {
    this.#key = key
    this.#serialKey = key.subkey('serial')
    this.#checkKey = key.subkey('check')
  }

  /** The serial of a counter; serials of different counters may, rarely, be equal. */
  serial(counter: number): Serial {
    const label = String(counter)
    return {
      before: spell(this.#serialKey, label, ID_POSITION + 1, CHECK_AT - 1),
      after: spell(this.#serialKey, `${label}+`, ID_POSITION + CHECK_AT + CHECK_LENGTH, 2),
    }
  }

  id(role: Role, serial: Serial): string {
    const letter = letterOf[role]
    const check = this.#check(`${letter}${serial.before}`, `${serial.after}${letter}`)
    return `${letter}${serial.before}${check}${serial.after}${letter}`
  }

  isValid(id: string): boolean {
    if (id.length !== ID_LENGTH || !isSpelled(id, ID_POSITION)) return false
    if (id[0] !== id[ID_LENGTH - 1] || roleOfLetter(id.charAt(0)) === null) return false
    const before = id.slice(0, CHECK_AT)
    const after = id.slice(CHECK_AT + CHECK_LENGTH)
    return id.slice(CHECK_AT, CHECK_AT + CHECK_LENGTH) === this.#check(before, after)
  }

  /** The whole canary of an id, 52 characters; decoys have magics of their own. */
  text(id: string): string {
    const magic = roleOfLetter(id.charAt(0)) === 'decoy' ? this.#key.decoy : this.#key.payload
    return `${magic.a}${id}${magic.b}`
  }

  #check(before: string, after: string): string {
    return spell(this.#checkKey, `${before}.${after}`, ID_POSITION + CHECK_AT, CHECK_LENGTH)
  }
}

/** What tells ids apart whatever their role: the id without role letters and check. */
export function serialOf(id: string): string {
  return `${id.slice(1, CHECK_AT)}${id.slice(CHECK_AT + CHECK_LENGTH, -1)}`
}

/** The role that a role letter stands for, or null when it is none. */
export function roleOfLetter(letter: string): Role | null {
  switch (letter) {
    case 'p':
      return 'payload'
    case 'c':
      return 'control'
    case 'd':
      return 'decoy'
    case 'u':
      return 'upstream'
    case 'o':
      return 'output'
    default:
      return null
  }
}

/** The whole text of the canary with this id. */
export function canaryText(key: RunKey, id: string): string {
  return new Codec(key).text(id)
}

/** Whether this is an id of this run: 12 characters of the right kinds, equal role letters, and the right check. */
export function isValidId(key: RunKey, id: string): boolean {
  return new Codec(key).isValid(id)
}
