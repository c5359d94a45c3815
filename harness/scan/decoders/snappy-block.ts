import { CopyKinds } from './copy-kinds.ts'
import type { History } from './history.ts'
import type { BlockWalk } from './raw-block.ts'

const LONGEST_VARINT = 5

/**
 * Unpacks raw snappy (format_description.txt): the unpacked length, then literals and copies. False: it is damaged or
 * cut; what came before that is in the history.
 */
export function unpackSnappyBlock(block: Uint8Array, history: History): boolean {
  const { value: expected, end } = snappyLength(block)
  for (let at = end; at < block.length; ) {
    const tag = block[at] ?? 0
    if ((tag & 3) === 0) {
      const { count, from } = literalOf(block, at, tag >> 2)
      if (!history.literals(block, from, count)) return false
      at = from + count
      continue
    }
    const { distance, count, size } = copyOf(block, at, tag)
    if (!history.copy(distance, count)) return false
    at += size
  }
  return history.length === expected
}

/** The unpacked length that a block of raw snappy begins with, and where that ends. */
export function snappyLength(block: Uint8Array): { value: number; end: number } {
  let value = 0
  let end = 0
  for (let byte = 0x80; byte & 0x80 && end < LONGEST_VARINT; end++) {
    byte = block[end] ?? 0
    value += (byte & 0x7f) * 2 ** (7 * end)
  }
  return { value, end }
}

/** Lengths over 60 stand in 1 to 4 bytes after the tag. */
function literalOf(block: Uint8Array, at: number, short: number): { count: number; from: number } {
  const bytes = Math.max(0, short - 59)
  return { count: (bytes === 0 ? short : littleEndian(block, at + 1, bytes)) + 1, from: at + 1 + bytes }
}

function copyOf(block: Uint8Array, at: number, tag: number): { distance: number; count: number; size: number } {
  if ((tag & 3) === 1)
    return { distance: ((tag >> 5) << 8) | (block[at + 1] ?? 0), count: ((tag >> 2) & 7) + 4, size: 2 }
  const bytes = (tag & 3) === 2 ? 2 : 4
  return { distance: littleEndian(block, at + 1, bytes), count: (tag >> 2) + 1, size: 1 + bytes }
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let index = 0; index < count; index++) value += (bytes[at + index] ?? 0) * 2 ** (8 * index)
  return value
}

/** Follows a block of raw snappy: its elements must come to exactly the length that it begins with. */
export class SnappyWalk implements BlockWalk {
  unpacked = 0
  readonly copies = new CopyKinds()
  #expected = -1
  #at = 0

  advance(block: Uint8Array): boolean {
    if (this.#expected < 0 && !this.#readLength(block)) return block.length < LONGEST_VARINT
    while (this.#at < block.length) {
      const tag = block[this.#at] ?? 0
      const isLiteral = (tag & 3) === 0
      const literal = literalOf(block, this.#at, tag >> 2)
      const copy = copyOf(block, this.#at, tag)
      const count = isLiteral ? literal.count : copy.count
      const end = isLiteral ? literal.from + count : this.#at + copy.size
      if ((isLiteral ? literal.from : end) > block.length) return true
      const isWrong = !isLiteral && (copy.distance < 1 || copy.distance > this.unpacked)
      if (isWrong || this.unpacked + count > this.#expected) return false
      if (end > block.length) return true
      this.unpacked += count
      if (!isLiteral) this.copies.add(copy.distance, count)
      this.#at = end
    }
    return true
  }

  isWhole(block: Uint8Array): boolean {
    return this.#at === block.length && this.unpacked === this.#expected
  }

  #readLength(block: Uint8Array): boolean {
    const { value, end } = snappyLength(block)
    if (((block[end - 1] ?? 0x80) & 0x80) !== 0) return false
    this.#expected = value
    this.#at = end
    return true
  }
}
