import type { Codes, Decoding, Unit } from '../form.ts'
import { UNKNOWN } from '../form.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Token ids, read back to the text that they stand for. A special token, and an id that is none, end the text. */
export function tokenDecoding(vocabulary: Vocabulary): Decoding {
  const read = (codes: Codes, at: number, unit: Unit): boolean => {
    const bytes = vocabulary.bytesOf(codes[at] ?? UNKNOWN)
    if (bytes === null || bytes.length === 0) return false
    unit.count = bytes.length
    unit.start = at
    unit.end = at + 1
    for (const [index, byte] of bytes.entries()) unit.put(index, byte, at, at + 1)
    return true
  }
  return {
    name: `tokens:${vocabulary.name}`,
    form: {
      width: 1,
      period: 1,
      skip: 0,
      first: read,
      next: read,
      previous: (codes, end, unit) => read(codes, end - 1, unit),
    },
    over: 'canary',
  }
}
