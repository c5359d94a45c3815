import type { History } from './history.ts'

const SHORTEST_MATCH = 4
const MORE = 15

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
