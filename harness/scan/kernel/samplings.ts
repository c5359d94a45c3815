import type { Sampling, Value } from './samples.ts'

/** `WHOLE`, `WITHOUT_LAST` and `WITHOUT_FIRST` of `assembly/pairs.ts`. */
export const WHOLE = 0xffffffff
export const WITHOUT_LAST = 0x00ffffff
const WITHOUT_FIRST = 0xffffff00

/** A word of 8 bytes every 8 bytes. */
export const wordsOfEight: Sampling = { size: 8, stride: 8, shortest: 15, valueAt: wordOf(8) }

/** A word of 5 bytes every 4 bytes. */
export const wordsOfFive: Sampling = { size: 5, stride: 4, shortest: 8, valueAt: wordOf(5) }

/** Two pairs every 2 bytes. A needle of 3 or 4 bytes does not fill them at every place: one byte is then not looked at. */
export const pairs: Sampling = { size: 4, stride: 2, shortest: 3, valueAt: pairsAt }

function wordOf(size: number): Sampling['valueAt'] {
  return (needle, offset) => {
    if (offset < 0 || offset + size > needle.length) return null
    return { low: littleEndian(needle, offset, 4), high: littleEndian(needle, offset + 4, size - 4) }
  }
}

function pairsAt(needle: Uint8Array, offset: number): Value | null {
  const mask = maskAt(needle.length, offset)
  return mask === null ? null : { low: (littleEndian(needle, offset, 4) & mask) >>> 0, high: mask }
}

function maskAt(length: number, offset: number): number | null {
  if (offset >= 0 && offset + 4 <= length) return WHOLE
  if (length > 4) return null
  if (offset >= 0 && offset + 3 <= length) return WITHOUT_LAST
  return offset === -1 ? WITHOUT_FIRST : null
}

/** A number of so many bytes; those beside the needle are 0. */
function littleEndian(needle: Uint8Array, offset: number, count: number): number {
  let value = 0
  for (let index = count - 1; index >= 0; index--) value = (value << 8) | (needle[offset + index] ?? 0)
  return value >>> 0
}
