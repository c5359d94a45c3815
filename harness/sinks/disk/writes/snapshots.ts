import type { Buffer } from 'node:buffer'

const MOST_KEPT_BYTES = 64 * 2 ** 20
const MOST_KEPT = 20_000
const BLOCK_BYTES = 4096
/** on each side of what changed: more than any canary under any encoding takes */
const AROUND_BYTES = 64 * 1024

/** What of a file is new to the scan. `whole`: all of it is handed on. */
export interface Change {
  readonly base: number
  readonly bytes: Buffer
  readonly whole: boolean
}

/**
 * What small files held when they were last read, so that a log to which a line is added a thousand times is not scanned a
 * thousand times. At most 64 MiB and 20,000 files; the file that was read longest ago is forgotten first, and is then new.
 */
export class Snapshots {
  readonly #kept = new Map<string, Buffer>()
  #bytes = 0

  has(inode: string): boolean {
    return this.#kept.has(inode)
  }

  /** null where nothing changed. `content` must not be changed afterwards. */
  change(inode: string, content: Buffer): Change | null {
    const before = this.#kept.get(inode)
    this.#keep(inode, content)
    if (before === undefined) return { base: 0, bytes: content, whole: true }
    const from = firstDifference(before, content)
    if (from === content.length && before.length === content.length) return null
    const to = before.length === content.length ? lastDifference(before, content) : content.length
    const base = Math.max(0, from - AROUND_BYTES)
    const end = Math.min(content.length, to + AROUND_BYTES)
    return { base, bytes: content.subarray(base, end), whole: base === 0 && end === content.length }
  }

  #keep(inode: string, content: Buffer): void {
    this.#bytes += content.length - (this.#kept.get(inode)?.length ?? 0)
    this.#kept.delete(inode)
    this.#kept.set(inode, content)
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= MOST_KEPT_BYTES && this.#kept.size <= MOST_KEPT) return
      this.#kept.delete(oldest)
      this.#bytes -= length
    }
  }
}

/** Where the block with the first difference begins; the shorter length where there is none. */
function firstDifference(one: Buffer, other: Buffer): number {
  const shorter = Math.min(one.length, other.length)
  for (let at = 0; at < shorter; at += BLOCK_BYTES) {
    const end = Math.min(at + BLOCK_BYTES, shorter)
    if (one.compare(other, at, end, at, end) !== 0) return at
  }
  return shorter
}

/** Where the block with the last difference ends, of two of one length that differ. */
function lastDifference(one: Buffer, other: Buffer): number {
  for (let end = one.length; end > 0; end -= BLOCK_BYTES) {
    const at = Math.max(0, end - BLOCK_BYTES)
    if (one.compare(other, at, end, at, end) !== 0) return end
  }
  return 0
}
