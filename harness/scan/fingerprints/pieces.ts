import { base64Encoders } from '../../canary/encodings/base64.ts'
import { gramsIn } from './gram-table.ts'
import { jsonWritten } from './written.ts'

/** A part of an output as it may stand in other bytes. Nothing is compared beyond its ends. */
export interface Piece {
  readonly bytes: Uint8Array
  /** the encoding, or null for the output as it is */
  readonly via: string | null
  /** bytes that stand for one of the output, on average */
  readonly scale: number
}

/** A longer output is known by parts that lie evenly over it. */
const TEXT_PARTS = { count: 32, bytes: 1024 }
const BINARY_PARTS = { count: 64, bytes: 256 }
/** Files of one format begin alike: headers, palettes, tables of a coder. */
const MOST_HEADER = 4096
/** Whoever encodes an output encodes all of it, so a few parts of it are enough there: one for so many bytes. */
const BYTES_A_PART = 512
const MOST_PARTS = 4
const [SHORTEST_PART, LONGEST_PART] = [64, 96]
/** Bytes that one part takes at most under all encodings: base64 three times, and UTF-16. */
const ENCODED_BYTES = (3 * (4 / 3) + 2) * LONGEST_PART

export type OutputKind = 'text' | 'binary'

/** A piece that is looked for, with 1 for each of its grams that was known before. */
export interface MarkedPiece extends Piece {
  readonly known: Uint8Array
}

/** For each byte 1, where the gram that begins there lies in a run of bytes that were known before. */
export type Marks = (bytes: Uint8Array) => Uint8Array

/** The output as it is, whole or in parts; a text that JSON writes in another way, in that way too. */
export function plainPieces(kind: OutputKind, bytes: Uint8Array, marks: Marks): MarkedPiece[] {
  const header = kind === 'binary' ? Math.min(MOST_HEADER, bytes.length >> 2) : 0
  const parts = partsOf(bytes.subarray(header), kind === 'binary' ? BINARY_PARTS : TEXT_PARTS)
  return parts.flatMap(part =>
    kind === 'binary' ? [{ bytes: part, via: null, scale: 1, known: marks(part) }] : textPieces(part, marks),
  )
}

/** What was known in one form is known in the other: lines of a few words are told by their ends. */
function textPieces(bytes: Uint8Array, marks: Marks): MarkedPiece[] {
  const known = marks(bytes)
  const json = jsonWritten(bytes)
  if (json === null) return [{ bytes, via: null, scale: 1, known }]
  for (const [at, mark] of marks(json.bytes).entries()) {
    if (mark === 1) known[json.source[at] ?? 0] = 1
  }
  const knownInJson = Uint8Array.from(json.source, at => known[at] ?? 0)
  return [
    { bytes, via: null, scale: 1, known },
    { bytes: json.bytes, via: 'json', scale: 1, known: knownInJson },
  ]
}

/** Encoded forms of parts of a piece in which everything is rare. @param isRare whether the gram at that place is */
export function encodedPieces(kind: OutputKind, { bytes }: Piece, isRare: (at: number) => boolean): Piece[] {
  const length = Math.min(LONGEST_PART, bytes.length)
  const parts = evenly(bytes.length, partsIn(bytes.length), length).flatMap(({ from, end }) => {
    const at = firstRare(from, end - length, gramsIn(length), isRare)
    return at === null ? [] : [bytes.subarray(at, at + length)]
  })
  return parts.flatMap(part => [...base64Of(part), ...(kind === 'text' ? [utf16Of(part)] : [])])
}

/** The most bytes that a piece and its encoded forms take together. */
export function roomOf({ bytes, via }: Piece): number {
  return bytes.length + (via === null ? partsIn(bytes.length) * ENCODED_BYTES : 0)
}

function partsIn(length: number): number {
  if (length < SHORTEST_PART) return 0
  return Math.min(MOST_PARTS, Math.ceil(length / BYTES_A_PART))
}

function partsOf(bytes: Uint8Array, parts: { readonly count: number; readonly bytes: number }): Uint8Array[] {
  if (bytes.length <= parts.count * parts.bytes) return [bytes]
  return evenly(bytes.length, parts.count, parts.bytes).map(({ from }) => bytes.subarray(from, from + parts.bytes))
}

/** Equal stretches that follow each other, each at least `shortest` long: fewer than `count` where there is no room. */
function evenly(length: number, count: number, shortest: number): { readonly from: number; readonly end: number }[] {
  const fitting = Math.min(count, Math.floor(length / shortest))
  return Array.from({ length: fitting }, (_, index) => ({
    from: Math.floor((index * length) / fitting),
    end: Math.floor(((index + 1) * length) / fitting),
  }))
}

/** The first place, at most `last`, at which so many rare grams follow each other; or null. */
function firstRare(from: number, last: number, grams: number, isRare: (at: number) => boolean): number | null {
  for (let at = from, run = 0; at < last + grams; at++) {
    run = isRare(at) ? run + 1 : 0
    if (run === grams) return at - grams + 1
  }
  return null
}

function base64Of(part: Uint8Array): Piece[] {
  return base64Encoders
    .filter(({ name }) => name === 'base64')
    .map(encoder => ({ bytes: encoder.encode(part), via: encoder.name, scale: 4 / 3 }))
}

function utf16Of(part: Uint8Array): Piece {
  const bytes = Buffer.from(Buffer.from(part).toString('utf8'), 'utf16le')
  return { bytes, via: 'utf16le', scale: bytes.length / part.length }
}
