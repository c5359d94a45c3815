import type { Codes, Encoder, Form, Unit } from '../form.ts'
import { bitAt, huffmanByte, huffmanCode, huffmanLength } from './huffman-code.ts'

const BYTE = 8
/** Bytes before a place from which its text is read: a canary takes 46, and codes fall into step long before that. */
const REACH = 64
/** The flag of a string in Huffman's code, and the length that goes on in the next bytes (RFC 7541, 5.1 and 5.2). */
const HUFFMAN = 0x80
const LONG = 0x7f

/** Places are in bytes, and units of some bits begin and end at eighths of them. */
function readAt(codes: Codes, bit: number, unit: Unit): boolean {
  if (bit < 0) return false
  const byte = huffmanByte(codes, bit)
  return byte >= 0 && put(unit, byte, bit)
}

function put(unit: Unit, byte: number, bit: number): true {
  const end = bit + huffmanLength(byte)
  unit.one(byte, Math.floor(bit / BYTE), Math.ceil(end / BYTE))
  unit.start = bit / BYTE
  unit.end = end / BYTE
  return true
}

/** Codes cannot be read backward: the last byte is the one that is read before `end` from where a string begins. */
function readPrevious(codes: Codes, end: number, unit: Unit): boolean {
  const endBit = end * BYTE
  let last = -1
  for (let start = Math.max(0, Math.floor(end) - REACH); start * BYTE < endBit; start++) {
    const isString = isStringAt(codes, start, endBit)
    if (!isString && last >= 0) continue
    const byte = lastBefore(codes, start * BYTE, endBit)
    if (byte < 0) continue
    last = byte
    if (isString) break
  }
  return last >= 0 && put(unit, last, endBit - huffmanLength(last))
}

/** The last byte of those that are read from one bit exactly up to another, or -1. */
function lastBefore(codes: Codes, from: number, end: number): number {
  let last = -1
  for (let bit = from; bit < end; bit += huffmanLength(last)) {
    last = huffmanByte(codes, bit)
    if (last < 0 || bit + huffmanLength(last) > end) return -1
  }
  return last
}

/** Whether a string begins at `start` by the length before it, in which text ends at a bit and goes on to its end. */
function isStringAt(codes: Codes, start: number, bit: number): boolean {
  const length = lengthBefore(codes, start)
  const end = (start + length) * BYTE
  if (end < bit || start + length > codes.length) return false
  for (let byte = huffmanByte(codes, bit); byte >= 0 && bit + huffmanLength(byte) <= end; ) {
    bit += huffmanLength(byte)
    byte = huffmanByte(codes, bit)
  }
  return isFilled(codes, bit, end)
}

/** What is left of the last byte of a string is filled with ones. */
function isFilled(codes: Codes, bit: number, end: number): boolean {
  if (end - bit >= BYTE) return false
  while (bit < end && bitAt(codes, bit) === 1) bit++
  return bit === end
}

/** The length in bytes that stands before a string, or 0: seven bits, or more in one or two bytes that follow. */
function lengthBefore(codes: Codes, start: number): number {
  const [third = 0, second = 0, first = 0] = [codes[start - 3], codes[start - 2], codes[start - 1]]
  if (first >= HUFFMAN) return first === (HUFFMAN | LONG) ? 0 : first & LONG
  if (second === (HUFFMAN | LONG)) return LONG + first
  return third === (HUFFMAN | LONG) && second >= HUFFMAN ? LONG + (second & LONG) + first * 128 : 0
}

function formOf(phase: number): Form {
  const lost = (BYTE - phase) % BYTE
  return {
    width: 2,
    period: 1,
    skip: 0,
    first: (codes, at, unit) => readAt(codes, at * BYTE - lost, unit),
    next: (codes, at, unit) => readAt(codes, at * BYTE, unit),
    previous: readPrevious,
  }
}

/** The whole bytes of a text that begins at so many bits within one: those beside them are shared with other text. */
function encodeAt(bytes: Uint8Array, phase: number): Uint8Array {
  const text = Array.from(bytes, byte => huffmanCode(byte).toString(2).padStart(huffmanLength(byte), '0')).join('')
  const whole = text.slice((BYTE - phase) % BYTE).match(/.{8}/g) ?? []
  return Uint8Array.from(whole, bits => Number.parseInt(bits, 2))
}

/** Huffman's code of HPACK and QPACK (RFC 7541, appendix B), in which HTTP/2 writes headers: at each bit of a byte. */
export const hpackEncoders: readonly Encoder[] = [0, 1, 2, 3, 4, 5, 6, 7].map(phase => ({
  name: 'hpack',
  encode: bytes => encodeAt(bytes, phase),
  form: formOf(phase),
  over: 'canary',
  stack: 'alone',
}))
