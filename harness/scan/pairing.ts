import { peel } from '../canary/peel.ts'
import type { MagicNeedle } from './needles.ts'

/**
 * Whether the pairs of a UTF-16 needle begin at even places of the text that they stand in; true for other needles.
 *
 * Between other characters the same bytes can be read in both byte orders, one byte apart; only the place where the
 * text begins tells which is right. Streams and files begin at even places; so does encoded text, where its beginning
 * is in sight, and elsewhere little endian is the likelier.
 * @param position of the first of `bytes` in its stream
 */
export function isAligned(needle: MagicNeedle, bytes: Uint8Array, at: number, position: number): boolean {
  const layer = needle.chain.findIndex(encoder => encoder.over === 'text')
  if (layer === -1) return true
  if (layer === 0) return (position + at) % 2 === 0
  const text = peel(bytes, at, needle.chain.slice(0, layer))
  const begin = Array.from(text.codes).findIndex(code => code >= 0)
  const beginsInSight = position === 0 || text.from(begin) >= needle.width
  return beginsInSight ? (text.at - begin) % 2 === 0 : needle.chain[layer]?.name === 'utf16le'
}
