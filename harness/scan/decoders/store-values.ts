const ALIGNED = 16
const LINE_FEED = 0x0a

/**
 * A value of a store, and what is passed on after it so that it stands apart from the next one: NUL ends whatever text it
 * is, and the next begins in a new line and at a place that divides by the size of any character, as in a file of its own.
 */
export function apart<Value extends Uint8Array>(value: Value): [Value, Buffer] {
  const ending = Buffer.alloc(ALIGNED + 1 - ((value.length + 1) % ALIGNED))
  ending[ending.length - 1] = LINE_FEED
  return [value, ending]
}
