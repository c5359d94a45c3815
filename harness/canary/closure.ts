import { encoders } from './encoders.ts'
import type { Encoder } from './form.ts'

/** Bytes to look for: some text under a chain of encodings. */
export interface Needle {
  readonly bytes: Uint8Array
  /** from the outside in: the order in which it is peeled; empty for plain */
  readonly chain: readonly Encoder[]
}

/** How many encodings may stand on top of each other, unless more is asked for. */
export const USUAL_DEPTH = 2

/**
 * The text under every chain of at most `depth` encodings. Chains that give the same bytes are one needle, with the
 * shortest of them: an encoding that leaves letters and digits alone is plain.
 */
export function closureOf(text: Uint8Array, content: 'text' | 'bytes', depth = USUAL_DEPTH): Needle[] {
  const found = new Map<string, Needle>()
  let newest: Needle[] = [{ bytes: text, chain: [] }]
  for (let level = 0; level <= depth; level++) {
    newest = newest.filter(needle => isNew(found, needle))
    if (level < depth) newest = newest.flatMap(needle => wrappedBy(needle, content))
  }
  return [...found.values()]
}

function isNew(found: Map<string, Needle>, needle: Needle): boolean {
  const bytes = Buffer.from(needle.bytes).toString('latin1')
  if (found.has(bytes)) return false
  found.set(bytes, needle)
  return true
}

function wrappedBy(needle: Needle, content: 'text' | 'bytes'): Needle[] {
  return encoders
    .filter(encoder => encoder.over === 'bytes' || isText(needle, content))
    .map(encoder => ({ bytes: encoder.encode(needle.bytes), chain: [encoder, ...needle.chain] }))
}

/** An encoding that is over text only (UTF-16) gives bytes that are no 8-bit text any more. */
function isText(needle: Needle, content: 'text' | 'bytes'): boolean {
  const outermost = needle.chain[0]
  return outermost === undefined ? content === 'text' : outermost.over === 'bytes'
}
