import { LzmaState, propertiesOf } from './lzma.ts'
import { RangeDecoder } from './range-decoder.ts'
import { SlidingWindow } from './sliding-window.ts'

/** The most that one container may hold to refer to. */
export const LARGEST_WINDOW = 64 * 2 ** 20
const MOST_TOGETHER = 4
const FIRST_PACKED = 0x80
const RESET_STATE = 1
const RESET_PROPERTIES = 2
const RESET_ALL = 3
const RESET_STORED = 1
const LAST_STORED = 2

/** What came out of LZMA2 data: whether they ended as they should, and why they were not unpacked. */
export interface Lzma2Ending {
  readonly isWhole: boolean
  readonly unread: string | null
  readonly unpacked: number
}

const tooLarge: Lzma2Ending = { isWhole: false, unread: 'with a dictionary of more than 64 MiB', unpacked: 0 }

/**
 * Unpacks LZMA2 (as xz-file-format.txt 5.3.1 and the decoder of XZ Embedded describe it): chunks of up to 64 KiB packed
 * and 2 MiB unpacked, each read whole. Yields as a `Parser` does.
 * @param dictionary the byte that tells the dictionary's size
 */
export function* parseLzma2(dictionary: number): Generator<number | Uint8Array, Lzma2Ending, Uint8Array> {
  const size = (2 | (dictionary & 1)) * 2 ** ((dictionary >> 1) + 11)
  if (size > LARGEST_WINDOW) return tooLarge
  const window = new SlidingWindow(size)
  let state: LzmaState | null = null
  let properties = propertiesOf(0, MOST_TOGETHER)
  let unpacked = 0
  const ending = (isWhole: boolean): Lzma2Ending => ({ isWhole, unread: null, unpacked })
  for (;;) {
    const control = (yield 1)[0]
    if (control === 0) return ending(true)
    if (control === undefined) return ending(false)
    if (control < FIRST_PACKED) {
      if (control > LAST_STORED) return ending(false)
      if (control === RESET_STORED) window.reset()
      const [high = 0, low = 0] = yield 2
      const stored = yield high * 256 + low + 1
      for (const byte of stored) window.put(byte)
      unpacked += stored.length
      yield window.pass()
      if (stored.length < high * 256 + low + 1) return ending(false)
      continue
    }
    const reset = (control >> 5) & 3
    const [a = 0, b = 0, c = 0, d = 0] = yield 4
    if (reset === RESET_ALL) window.reset()
    if (reset >= RESET_PROPERTIES) properties = propertiesOf((yield 1)[0] ?? 255, MOST_TOGETHER)
    if (properties === null) return ending(false)
    if (reset >= RESET_STATE) state = new LzmaState(properties)
    const count = ((control & 0x1f) << 16) + a * 256 + b + 1
    const packed = yield c * 256 + d + 1
    const before = window.total
    const isGood = state?.unpack(new RangeDecoder(packed), window, count, count) === count
    unpacked += window.total - before
    yield window.pass()
    if (!isGood) return ending(false)
  }
}
