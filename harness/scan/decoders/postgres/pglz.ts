import type { History } from '../history.ts'

const SHORTEST_MATCH = 3
/** A match of this length goes on: another byte is added to it. */
const LONG_MATCH = 18

/**
 * Unpacks pglz (src/common/pg_lzcompress.c of PostgreSQL): a byte of flags before every eight items, the lowest first;
 * an item is a literal byte or a match of 2 or 3 bytes. False: it is damaged or cut; what came before that is in the
 * history. True: all of `packed` was taken, whatever came out.
 */
export function unpackPglz(packed: Uint8Array, history: History): boolean {
  for (let at = 0; at < packed.length; ) {
    let flags = packed[at++] ?? 0
    for (let items = 8; items > 0 && at < packed.length; ) {
      const literals = Math.min(literalsBefore(flags, items), packed.length - at)
      if (literals > 0) {
        if (!history.literals(packed, at, literals)) return false
        at += literals
        items -= literals
        flags >>= literals
        continue
      }
      const size = copyMatch(packed, at, history)
      if (size === 0) return false
      at += size
      items -= 1
      flags >>= 1
    }
  }
  return true
}

function literalsBefore(flags: number, items: number): number {
  let count = 0
  while (count < items && ((flags >> count) & 1) === 0) count++
  return count
}

/** Bytes that the match takes, or 0 where it is none. */
function copyMatch(packed: Uint8Array, at: number, history: History): number {
  const [low, high, more] = [packed[at] ?? 0, packed[at + 1], packed[at + 2]]
  if (high === undefined) return 0
  const length = (low & 0x0f) + SHORTEST_MATCH
  const distance = ((low & 0xf0) << 4) | high
  if (length < LONG_MATCH) return history.copy(distance, length) ? 2 : 0
  return more !== undefined && history.copy(distance, length + more) ? 3 : 0
}
