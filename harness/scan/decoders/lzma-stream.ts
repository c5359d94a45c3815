import { LzmaState, propertiesOf } from './lzma.ts'
import { LARGEST_WINDOW } from './lzma2.ts'
import type { Parser } from './parsing.ts'
import { doubtful, ended, whole } from './parsing.ts'
import { RangeDecoder } from './range-decoder.ts'
import { SlidingWindow } from './sliding-window.ts'
import { damaged } from './unpacking.ts'

/** Of the properties: `lc`, `lp` and `pb` in a byte, and the dictionary's size. */
const PROPERTIES_SIZE = 5
const MOST_TOGETHER = 12
/** Bytes that come out at a time, besides the rest of a match; packed ones that are read at a time. */
const PIECE = 64 * 1024
const READ = 16 * 1024
/** Bytes before the first symbol. */
const BEGIN_SIZE = 5
/** Other bytes hardly unpack to so many. */
const CREDIBLE = 4096

/**
 * Unpacks a stream of LZMA (lzma-specification.txt of the LZMA SDK) that is in memory whole, to `size` bytes. It asks
 * for nothing.
 * @param name of the container that it stands in
 */
export function* parseLzma(name: string, packed: Uint8Array, properties: Uint8Array, size: number): Parser {
  const settings = propertiesOf(properties[0] ?? 255, MOST_TOGETHER)
  if (settings === null || properties.length < PROPERTIES_SIZE) return ended(`${name} has unknown settings of LZMA`)
  const dictionary = Math.min(Buffer.from(properties).readUInt32LE(1), size)
  if (dictionary > LARGEST_WINDOW) return ended(`${name} with a dictionary of ${dictionary} bytes was not unpacked`)
  const window = new SlidingWindow(Math.max(dictionary, 1))
  const range = new RangeDecoder(packed)
  const state = new LzmaState(settings)
  for (let left = size; left > 0; ) {
    const before = window.total
    const came = state.unpack(range, window, Math.min(PIECE, left), left)
    left -= window.total - before
    yield window.pass()
    if (came < 0) return ended(damaged(name, size - left))
  }
  return whole
}

/**
 * Unpacks a stream of LZMA while it comes.
 * @param size that it unpacks to; null: a marker ends it
 */
export function* parseLzmaStream(name: string, properties: Uint8Array, size: number | null): Parser {
  const settings = propertiesOf(properties[0] ?? 255, MOST_TOGETHER)
  if (settings === null || properties.length < PROPERTIES_SIZE) return doubtful(`${name} has unknown settings of LZMA`)
  const dictionary = Math.min(Buffer.from(properties).readUInt32LE(1), size ?? Number.POSITIVE_INFINITY)
  if (dictionary > LARGEST_WINDOW) return doubtful(`${name} with a dictionary of ${dictionary} bytes was not unpacked`)
  const window = new SlidingWindow(Math.max(dictionary, 1))
  const first = yield READ
  if (first.length < BEGIN_SIZE) return doubtful(damaged(name, 0))
  const range = new RangeDecoder(Uint8Array.from(first), first.length === READ)
  const state = new LzmaState(settings)
  for (let left = size ?? Number.MAX_SAFE_INTEGER; left > 0; ) {
    const before = window.total
    const came = state.unpack(range, window, Math.min(PIECE, left), left)
    left -= window.total - before
    yield window.pass()
    if (state.isEnded) break
    if (came < 0)
      return window.total < CREDIBLE ? doubtful(damaged(name, window.total)) : ended(damaged(name, window.total))
    if (!range.isLow) continue
    const more = yield READ
    range.append(more, more.length === READ)
  }
  return { ...whole, unused: range.unread }
}
