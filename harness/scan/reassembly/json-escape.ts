import { hexDigit } from '../../canary/encodings/hex.ts'

const UNICODE = 0x75
const HEX_DIGITS = 4
const REPLACEMENT = 0xfffd

const meanings = new Map([...'bfnrt'].map((letter, index) => [letter.charCodeAt(0), '\b\f\n\r\t'.charCodeAt(index)]))

/** One escape of a JSON text (RFC 8259, section 7), read byte by byte: what it stands for, in UTF-8. */
export class JsonEscape {
  readonly bytes = new Uint8Array(4)
  length = 0
  isOpen = false
  #digits = -1
  #value = 0

  /** A backslash was read. */
  begin(): void {
    this.isOpen = true
    this.#digits = -1
    this.#value = 0
  }

  cancel(): void {
    this.isOpen = false
  }

  /** The next byte of the escape; it is complete when it is not open any more. What is no escape stands for itself. */
  add(code: number): void {
    if (this.#digits < 0) {
      this.#kind(code)
      return
    }
    const digit = hexDigit(code)
    this.#value = this.#value * 16 + Math.max(digit, 0)
    this.#digits++
    if (digit < 0 || this.#digits === HEX_DIGITS) this.#close(digit < 0 ? REPLACEMENT : this.#value)
  }

  #kind(code: number): void {
    if (code === UNICODE) this.#digits = 0
    else this.#close(meanings.get(code) ?? code)
  }

  #close(value: number): void {
    this.isOpen = false
    if (value < 0x80) {
      this.bytes[0] = value
      this.length = 1
      return
    }
    // A surrogate gives three bytes that are no UTF-8: no canary has one.
    const isShort = value < 0x800
    this.length = isShort ? 2 : 3
    this.bytes[0] = isShort ? 0xc0 | (value >> 6) : 0xe0 | (value >> 12)
    this.bytes[this.length - 2] = isShort ? (this.bytes[0] ?? 0) : 0x80 | ((value >> 6) & 0x3f)
    this.bytes[this.length - 1] = 0x80 | (value & 0x3f)
  }
}
