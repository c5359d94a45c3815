import { CopyKinds } from './copy-kinds.ts'
import type { History } from './history.ts'
import type { BlockWalk } from './raw-block.ts'

const SHORTEST_MATCH = 4
const MORE = 15
/** A block ends with so many literals at least. */
const LAST_LITERALS = 5

/** Unpacks an LZ4 block (lz4_Block_format.md). False: it is damaged or cut; what came before that is in the history. */
export function unpackLz4Block(block: Uint8Array, history: History): boolean {
  for (let at = 0; at < block.length; ) {
    const token = block[at++] ?? 0
    const literals = extended(block, at, token >> 4)
    if (!history.literals(block, literals.end, literals.length)) return false
    at = literals.end + literals.length
    if (at === block.length) return true
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8)
    const match = extended(block, at + 2, token & MORE)
    if (!history.copy(distance, match.length + SHORTEST_MATCH)) return false
    at = match.end
  }
  return false
}

/** A length whose first part was `first`, and where the bytes end that the rest of it takes. */
function extended(block: Uint8Array, at: number, first: number): { length: number; end: number } {
  let length = first
  let end = at
  for (let byte = first === MORE ? 255 : 0; byte === 255; ) {
    byte = block[end++] ?? 0
    length += byte
  }
  return { length, end }
}

/** Follows an LZ4 block: it must end with literals, and refer to nothing before its beginning. */
export class Lz4Walk implements BlockWalk {
  unpacked = 0
  readonly copies = new CopyKinds()
  /** of the sequence that is not all there */
  #at = 0

  advance(block: Uint8Array): boolean {
    while (this.#at < block.length) {
      const token = block[this.#at] ?? 0
      const literals = extended(block, this.#at + 1, token >> 4)
      const offsetAt = literals.end + literals.length
      if (offsetAt + 2 > block.length) return true
      const distance = (block[offsetAt] ?? 0) | ((block[offsetAt + 1] ?? 0) << 8)
      if (distance < 1 || distance > this.unpacked + literals.length) return false
      const match = extended(block, offsetAt + 2, token & MORE)
      if (match.end > block.length) return true
      this.unpacked += literals.length + match.length + SHORTEST_MATCH
      this.copies.add(distance, match.length)
      this.#at = match.end
    }
    return true
  }

  isWhole(block: Uint8Array): boolean {
    const token = block[this.#at] ?? 0
    const { length, end } = extended(block, this.#at + 1, token >> 4)
    const isLast = this.#at < block.length && (token & MORE) === 0 && end + length === block.length
    if (!isLast || length < LAST_LITERALS) return false
    this.unpacked += length
    return true
  }
}
