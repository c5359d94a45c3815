import { state } from './state'

const LETTER_U: u32 = 0x75
const HEX_DIGITS: i32 = 4
const REPLACEMENT: u32 = 0xfffd

/** A backslash was read: an escape of a JSON text begins (RFC 8259, section 7). */
export function beginEscape(): void {
  state.isEscape = 1
  state.digits = -1
  state.value = 0
}

/** The next byte of the escape; it is complete when it is not open any more. What is no escape stands for itself. */
export function addToEscape(code: u32): void {
  if (state.digits < 0) {
    if (code === LETTER_U) state.digits = 0
    else closeEscape(meaningOf(code))
    return
  }
  const digit = hexDigit(code)
  state.value = state.value * 16 + max(digit, 0)
  state.digits++
  if (digit < 0 || state.digits === HEX_DIGITS) closeEscape(digit < 0 ? REPLACEMENT : state.value)
}

function meaningOf(code: u32): u32 {
  if (code === 0x62) return 0x08
  if (code === 0x66) return 0x0c
  if (code === 0x6e) return 0x0a
  if (code === 0x72) return 0x0d
  return code === 0x74 ? 0x09 : code
}

export function hexDigit(code: u32): i32 {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** Stores what it stands for, in UTF-8. A surrogate gives three bytes that are no UTF-8: no canary has one. */
function closeEscape(value: u32): void {
  state.isEscape = 0
  if (value < 0x80) {
    store<u32>(state.escape, value)
    state.escapeLength = 1
  } else if (value < 0x800) {
    store<u32>(state.escape, 0xc0 | (value >> 6) | ((0x80 | (value & 0x3f)) << 8))
    state.escapeLength = 2
  } else {
    store<u32>(
      state.escape,
      0xe0 | (value >> 12) | ((0x80 | ((value >> 6) & 0x3f)) << 8) | ((0x80 | (value & 0x3f)) << 16),
    )
    state.escapeLength = 3
  }
}
