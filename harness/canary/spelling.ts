import type { KeyObject } from 'node:crypto'
import { createHmac } from 'node:crypto'

const LETTERS = 26
const DIGITS = 10
const FIRST_LETTER = 0x61
const FIRST_DIGIT = 0x30

/** Whether the canary has a digit at this position (0 to 51), else a lower-case letter: a digit at every fifth place. */
export function isDigitPlace(position: number): boolean {
  return position % 5 === 4
}

/** Whether `text` has a digit or a letter where a canary has one, its first character standing at `position`. */
export function isSpelled(text: string, position: number): boolean {
  return [...text].every((char, index) => (isDigitPlace(position + index) ? /[0-9]/ : /[a-z]/).test(char))
}

/**
 * Spells `length` canary characters from `position` on, each uniform over its alphabet: the same subkey and label give
 * the same text.
 */
export function spell(subkey: KeyObject, label: string, position: number, length: number): string {
  const bytes = keyStream(subkey, label)
  let text = ''
  for (let place = position; place < position + length; place++) text += characterAt(place, bytes)
  return text
}

function characterAt(position: number, bytes: Iterator<number, never>): string {
  const [size, first] = isDigitPlace(position) ? [DIGITS, FIRST_DIGIT] : [LETTERS, FIRST_LETTER]
  return String.fromCharCode(first + uniformBelow(size, bytes))
}

/** Bytes beyond the largest multiple of `size` are drawn again: a plain remainder would favour low values. */
function uniformBelow(size: number, bytes: Iterator<number, never>): number {
  const end = 256 - (256 % size)
  let byte = bytes.next().value
  while (byte >= end) byte = bytes.next().value
  return byte % size
}

function* keyStream(subkey: KeyObject, label: string): Generator<number, never> {
  for (let block = 0; ; block++) yield* createHmac('sha256', subkey).update(`${label}\n${block}`).digest()
}
