import { base64Encoders } from '../../canary/encodings/base64.ts'
import { gramsIn } from './gram-table.ts'

/** A part of an output as it may stand in other bytes. Nothing is compared beyond its ends. */
export interface Piece {
  readonly bytes: Uint8Array
  /** the encoding, or null for the output as it is */
  readonly via: string | null
  /** bytes that stand for one of the output, on average */
  readonly scale: number
}

/** A longer text is known by parts that lie evenly over it. */
const LONGEST_WHOLE = 32 * 1024
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

/** The output as it is, whole or in parts; a text that JSON writes in another way, in that way too. */
export function plainPieces(kind: OutputKind, bytes: Uint8Array): Piece[] {
  if (kind === 'binary') {
    const header = Math.min(MOST_HEADER, bytes.length >> 2)
    return partsOf(bytes.subarray(header), BINARY_PARTS, null)
  }
  const written = JSON.stringify(Buffer.from(bytes).toString('utf8')).slice(1, -1)
  const isPlain = written.length === bytes.length
  return [...wholeOf(bytes, null), ...(isPlain ? [] : wholeOf(Buffer.from(written), 'json'))]
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

function wholeOf(bytes: Uint8Array, via: string | null): Piece[] {
  return bytes.length <= LONGEST_WHOLE ? [{ bytes, via, scale: 1 }] : partsOf(bytes, TEXT_PARTS, via)
}

function partsOf(
  bytes: Uint8Array,
  parts: { readonly count: number; readonly bytes: number },
  via: string | null,
): Piece[] {
  if (bytes.length <= parts.count * parts.bytes) return [{ bytes, via, scale: 1 }]
  return evenly(bytes.length, parts.count, parts.bytes).map(({ from }) => ({
    bytes: bytes.subarray(from, from + parts.bytes),
    via,
    scale: 1,
  }))
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
