import type { History } from '../history.ts'

const MOST_LITERALS = 32
const SHORTEST_MATCH = 2
/** A match of this length goes on: the next byte is added to it. */
const LONG_MATCH = 7

/**
 * Unpacks LZF (lzf_d.c of LibLZF): runs of up to 32 literals, and matches of 2 or 3 bytes. What came before damage or a
 * cut is in the history. `cut`: the last item is not all there, and nothing else is wrong.
 */
export function unpackLzf(packed: Uint8Array, history: History): 'whole' | 'cut' | 'damaged' {
  for (let at = 0; at < packed.length; ) {
    const first = packed[at++] ?? 0
    if (first < MOST_LITERALS) {
      const count = Math.min(first + 1, packed.length - at)
      if (!history.literals(packed, at, count)) return 'damaged'
      if (count <= first) return 'cut'
      at += count
      continue
    }
    const isLong = first >> 5 === LONG_MATCH
    const more = isLong ? packed[at++] : 0
    const low = packed[at++]
    if (more === undefined || low === undefined) return 'cut'
    const distance = (((first & 0x1f) << 8) | low) + 1
    if (!history.copy(distance, (first >> 5) + more + SHORTEST_MATCH)) return 'damaged'
  }
  return 'whole'
}
