import type { Codes } from '../../canary/form.ts'
import type { CarvedDecoder } from './decoder.ts'
import type { Parser } from './parsing.ts'
import { ended, Parsing } from './parsing.ts'

/** Formats that are recognised and not unpacked, so that what they hold is never taken for nothing. */
export const unreadDecoders: readonly CarvedDecoder[] = [
  unread('rar', [Buffer.from('Rar!\x1a\x07\x00', 'latin1'), Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1')], isRar),
]

function unread(name: string, magics: readonly Uint8Array[], isPlausible: CarvedDecoder['isPlausible']): CarvedDecoder {
  return {
    name,
    kind: 'compressed',
    period: null,
    magics,
    wrapped: { depth: 1 },
    isPlausible,
    open: () => new Parsing(refuse(name)),
  }
}

// biome-ignore lint/correctness/useYield: it ends before it asks for anything
function* refuse(name: string): Parser {
  return ended(`${name} cannot be unpacked, and was not read`)
}

/** The first header after the marker: of the archive, or in RAR 5 of its encryption (technote.htm of RARLAB). */
function isRar(codes: Codes, at: number): boolean {
  if (codes[at + 6] === 0) return codes[at + 9] === 0x73
  return codes[at + 13] === 1 || codes[at + 13] === 4
}
