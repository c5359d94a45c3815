const ALIGNED = 16
const LINE_FEED = 0x0a

/**
 * A value of a store as it is passed on, apart from the next one: NUL ends whatever text it is, and the next begins in a
 * new line and at a place that divides by the size of any character, as in a file of its own.
 */
export function apart(value: Uint8Array): Buffer {
  const whole = Buffer.alloc(Math.ceil((value.length + 2) / ALIGNED) * ALIGNED)
  whole.set(value)
  whole[whole.length - 1] = LINE_FEED
  return whole
}
