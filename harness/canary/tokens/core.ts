import type { Vocabulary } from './vocabulary.ts'

/** The part of a magic whose tokens are the same whatever stands around the magic. */
export interface Core {
  readonly ids: readonly number[]
  /** the characters of the magic that the ids stand for: where they begin, and how many there are */
  readonly start: number
  readonly length: number
}

/**
 * The tokens of a magic from its first digit to its last. Tokenizers cut between letters and digits, so that nothing
 * before the first digit or after the last can change them.
 * @returns null when the vocabulary lacks a letter or a digit
 */
export function coreOf(vocabulary: Vocabulary, magic: string): Core | null {
  const start = magic.search(/[0-9]/)
  const text = magic.slice(start).replace(/[a-z]+$/, '')
  const pieces = text.match(/[a-z]+|[0-9]/g) ?? []
  const ids = pieces.flatMap(piece => mergedIds(vocabulary, piece) ?? [null])
  return ids.every(id => id !== null) ? { ids, start, length: text.length } : null
}

/**
 * Byte-pair encoding: of two neighbours that are a token together, those of the lowest id become one first. In all
 * vocabularies here tokens are numbered in the order in which they were learned.
 */
function mergedIds(vocabulary: Vocabulary, piece: string): number[] | null {
  const parts = [...piece]
  for (let at = lowestPair(vocabulary, parts); at >= 0; at = lowestPair(vocabulary, parts)) {
    parts.splice(at, 2, parts.slice(at, at + 2).join(''))
  }
  const ids = parts.map(part => vocabulary.idOf(part))
  return ids.every(id => id !== undefined) ? ids : null
}

/** The place of the first of the two neighbours that are merged next, or -1. */
function lowestPair(vocabulary: Vocabulary, parts: readonly string[]): number {
  let [lowest, place] = [Number.POSITIVE_INFINITY, -1]
  for (let at = 0; at + 1 < parts.length; at++) {
    const id = vocabulary.idOf(parts.slice(at, at + 2).join('')) ?? Number.POSITIVE_INFINITY
    if (id < lowest) [lowest, place] = [id, at]
  }
  return place
}
