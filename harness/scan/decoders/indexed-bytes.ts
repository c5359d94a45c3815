import type { Codes } from '../../canary/form.ts'
import type { CarvedDecoder } from './decoder.ts'
import type { Parser } from './parsing.ts'
import { Parsing, whole } from './parsing.ts'

const magics = ['"0":', '\\"0\\":', '"0" :'].map(key => Buffer.from(key))
const PIECE = 4096
/** A pair with its comma and what indents it. */
const LONGEST_PAIR = 96
/** Pairs that other objects hardly have. */
const CERTAIN = 16
const MOST_JUDGED = 32
const pair = /\s*\\{0,3}"(\d{1,15})\\{0,3}"\s*:\s*(\d{1,3})\s*([,}])/y

/**
 * Bytes as an object whose keys are their indices, in the order of those: what `JSON.stringify` makes of a Uint8Array,
 * also indented, and as a string within JSON.
 */
export const indexedBytesDecoder: CarvedDecoder = {
  name: 'indexed-bytes',
  kind: 'compressed',
  period: null,
  magics,
  isPlausible,
  open: () => new Parsing(parse()),
}

/** A byte and the key 1, as far as they are in sight. */
function isPlausible(codes: Codes, at: number): boolean {
  const text = String.fromCharCode(...Array.from({ length: MOST_JUDGED }, (_, index) => codes[at + index] ?? 0))
  return /^\\?"0\\?"\s*:\s*\d{1,3}\s*,\s*(?:\\?"1\\?"|\0|$)/.test(text)
}

function* parse(): Parser {
  let text = ''
  let next = 0
  for (let isAll = false; !isAll; ) {
    const piece = yield PIECE
    isAll = piece.length < PIECE
    text += Buffer.from(piece).toString('latin1')
    const bytes: number[] = []
    let at = 0
    let isOver = false
    while (!isOver && (isAll || text.length - at > LONGEST_PAIR)) {
      pair.lastIndex = at
      const [found = '', index, value, after] = pair.exec(text) ?? []
      isOver = Number(index) !== next || Number(value) > 0xff
      if (isOver) break
      bytes.push(Number(value))
      next++
      at += found.length
      isOver = after === '}'
    }
    if (bytes.length > 0) yield Uint8Array.from(bytes)
    text = text.slice(at)
    if (isOver) break
  }
  return { ...whole, unused: text.length, isCertain: next >= CERTAIN }
}
