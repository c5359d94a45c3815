import type { Spelling } from './tokenizer.ts'

/** A vocabulary as threads share it: its arrays lie in shared memory, so that a thread that is sent it has no copy. */
export interface PackedVocabulary {
  readonly name: string
  /** of all tokens, one after another, by id */
  readonly bytes: Uint8Array<SharedArrayBuffer>
  /** where in `bytes` those of each id begin, and at last where all end; an id without text has none */
  readonly offsets: Uint32Array<SharedArrayBuffer>
  /** ids of the tokens that may be part of a magic's core, ordered by their text */
  readonly pieces: Uint32Array<SharedArrayBuffer>
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
  const offsets = sharedNumbers(tokens.length + 1)
  let length = 0
  for (const [id, spelled] of tokens.entries()) {
    const text = typeof spelled === 'string' ? toBytes(spelled) : (spelled ?? [])
    written.set(text ?? [], length)
    length += text?.length ?? 0
    offsets[id + 1] = length
  }
  const bytes = new Uint8Array(new SharedArrayBuffer(length))
  bytes.set(written.subarray(0, length))
  return { name, bytes, offsets, pieces: piecesOf(tokens) }
}

function piecesOf(tokens: Spelling['tokens']): Uint32Array<SharedArrayBuffer> {
  const ids = new Map<string, number>()
  for (const [id, spelled] of tokens.entries()) {
    if (typeof spelled === 'string' && PIECE.test(spelled) && !ids.has(spelled)) ids.set(spelled, id)
  }
  const sorted = [...ids].sort(([one], [other]) => (one < other ? -1 : 1))
  const pieces = sharedNumbers(sorted.length)
  pieces.set(sorted.map(([, id]) => id))
  return pieces
}

function sharedNumbers(count: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(count * Uint32Array.BYTES_PER_ELEMENT))
}
