import type { Spelling } from './tokenizer.ts'

/** A vocabulary as it is sent from one process or thread to another. */
export interface PackedVocabulary {
  readonly name: string
  /** of all tokens, one after another, by id */
  readonly bytes: Uint8Array
  /** where in `bytes` those of each id begin, and at last where all end; an id without text has none */
  readonly offsets: Uint32Array
  /** ids of the tokens that may be part of a magic's core, ordered by their text */
  readonly pieces: Uint32Array
}

/** The same in shared memory: a thread that is sent it has no copy. */
export function shared({ name, bytes, offsets, pieces }: PackedVocabulary): PackedVocabulary {
  const room = new Uint8Array(new SharedArrayBuffer(bytes.length))
  room.set(bytes)
  return { name, bytes: room, offsets: sharedNumbers(offsets), pieces: sharedNumbers(pieces) }
}

/** Most letters of a canary between two digits: no longer token can be part of a magic's core. */
const LONGEST_PIECE = 4
/** Letters and digits are spelled as themselves in every package; a lone byte, which is not, is no piece. */
const PIECE = new RegExp(`^(?:[a-z]{1,${LONGEST_PIECE}}|[0-9])$`)

/** UTF-8 has no more bytes for a unit of UTF-16. */
const MOST_BYTES = 3

/**
 * Of a piece that is there twice, the lower id counts.
 * @throws RangeError when a token's text has more than three bytes for each character of its spelling
 */
export function packVocabulary(name: string, { tokens, toBytes }: Spelling): PackedVocabulary {
  const written = new Uint8Array(tokens.reduce((sum, spelled) => sum + MOST_BYTES * (spelled?.length ?? 0), 0))
  const offsets = new Uint32Array(tokens.length + 1)
  let length = 0
  for (const [id, spelled] of tokens.entries()) {
    const text = typeof spelled === 'string' ? toBytes(spelled) : (spelled ?? [])
    written.set(text ?? [], length)
    length += text?.length ?? 0
    offsets[id + 1] = length
  }
  return { name, bytes: written.slice(0, length), offsets, pieces: piecesOf(tokens) }
}

function piecesOf(tokens: Spelling['tokens']): Uint32Array {
  const ids = new Map<string, number>()
  for (const [id, spelled] of tokens.entries()) {
    if (typeof spelled === 'string' && PIECE.test(spelled) && !ids.has(spelled)) ids.set(spelled, id)
  }
  const sorted = [...ids].sort(([one], [other]) => (one < other ? -1 : 1))
  return Uint32Array.from(sorted, ([, id]) => id)
}

function sharedNumbers(numbers: Uint32Array): Uint32Array {
  const room = new Uint32Array(new SharedArrayBuffer(numbers.byteLength))
  room.set(numbers)
  return room
}
