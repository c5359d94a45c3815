import type { Decoding } from '../canary/form.ts'
import { peel } from '../canary/peel.ts'

/**
 * Whether the characters of UTF-16 and UTF-32 in a chain begin where those of the text that they stand in do; true for
 * other chains.
 *
 * Between other characters the same bytes can be read in both byte orders, one byte apart; only the place where the
 * text begins tells which is right. Streams and files begin at places that divide by the size of a character; so does
 * encoded text, where its beginning is in sight, and elsewhere little endian is the likelier.
 * @param width most bytes that one character of the canary takes
 * @param position of the first of `bytes` in its stream
 */
export function isAligned(
  chain: readonly Decoding[],
  width: number,
  bytes: Uint8Array,
  at: number,
  position: number,
): boolean {
  return chain.every((encoder, layer) => {
    if (encoder.over !== 'text') return true
    const isLittleEndian = encoder.name.endsWith('le')
    const size = encoder.form.period
    if (layer === 0) return isLikely(position + at, size, isLittleEndian)
    const text = peel(bytes, at, chain.slice(0, layer))
    const begin = Array.from(text.codes).findIndex(code => code >= 0)
    const beginsInSight = position === 0 || text.from(begin) >= width
    return beginsInSight ? isLikely(text.at - begin, size, isLittleEndian) : isLittleEndian
  })
}

/** The other byte order would begin one byte before little endian: that is the less likely, unless it fits exactly. */
function isLikely(offset: number, size: number, isLittleEndian: boolean): boolean {
  return isLittleEndian ? offset % size !== size - 1 : offset % size === 0
}
