import { Buffer } from 'node:buffer'
import { closeSync, fstatSync, readSync } from 'node:fs'
import { reasonOf } from '../../../model/error.ts'
import { lseek } from '../../native/notification.ts'
import type { WrittenFile } from './messages.ts'
import type { Outbox } from './outbox.ts'

const MOST_HELD = 4096
const MOST_REMEMBERED = 10_000
/** between two readings of one file at least, and four times what the last one took */
const REST_MS = 200
const REST_TIMES = 4
const CHUNK_BYTES = 256 * 1024
/** of one file in one reading; holes do not count */
const MOST_READ_BYTES = 2 ** 30
/** read at once, while whoever wants to change it waits */
const MOST_NOW_BYTES = 64 * 2 ** 20
const SEEK = { data: 3, hole: 4 }

interface Held {
  readonly fd: number
  readonly file: WrittenFile
  /** how far it reached while it was held */
  size: number
}

export interface HeldFilesOptions {
  readonly outbox: Outbox
  readonly nextReading: () => number
  readonly gap: (path: Uint8Array, reason: string) => void
}

/**
 * Files that are too large to be read at every write: held open, so that their content stays though they are unlinked, and
 * read whole when they have rested; the first time at once. One is read at a time, its holes left out.
 */
export class HeldFiles {
  readonly #options: HeldFilesOptions
  readonly #held = new Map<string, Held>()
  readonly #due: string[] = []
  readonly #timers = new Map<string, NodeJS.Timeout>()
  /** when each may be read again, and how far it was read */
  readonly #read = new Map<string, { readonly again: number; readonly size: number }>()
  #reading: Promise<void> | null = null
  /** being read now */
  #current: { readonly inode: string; readonly file: WrittenFile } | null = null

  constructor(options: HeldFilesOptions) {
    this.#options = options
  }

  /** Takes the descriptor over. */
  hold(inode: string, fd: number, size: number, file: WrittenFile): void {
    const held = this.#held.get(inode)
    if (held !== undefined) {
      held.size = Math.max(held.size, size)
      closeSync(fd)
    } else if (this.#held.size >= MOST_HELD) {
      closeSync(fd)
      this.#options.gap(file.path, `not read: more than ${MOST_HELD} files were written and waited to be read`)
    } else {
      this.#held.set(inode, { fd, file, size })
      const rest = Math.max(0, (this.#read.get(inode)?.again ?? 0) - performance.now())
      this.#timers.set(
        inode,
        setTimeout(() => this.#isDue(inode), rest),
      )
    }
  }

  /**
   * Reads the part of a file that is about to change, if it is held.
   * @param length in bytes; 0: all from the offset on
   */
  readNow(inode: string, fd: number, offset: number, length: number): void {
    const held = this.#held.get(inode)
    const file = held?.file ?? (this.#current?.inode === inode ? this.#current.file : undefined)
    const end = Math.min(fstatSync(fd).size, length === 0 ? Number.POSITIVE_INFINITY : offset + length)
    if (file === undefined || end <= offset) return
    const { outbox, gap, nextReading } = this.#options
    if (outbox.isFull || end - offset > MOST_NOW_BYTES) {
      gap(file.path, 'was changed before it could be read whole')
      return
    }
    const content = Buffer.allocUnsafeSlow(end - offset)
    const bytes = content.subarray(0, readSync(fd, content, 0, content.length, offset))
    outbox.add({ kind: 'bytes', reading: nextReading(), file, base: offset, bytes, last: true })
    if (held !== undefined && length === 0) held.size = Math.min(held.size, offset)
  }

  /** Reads all that are held, at once. */
  async settle(): Promise<void> {
    for (const inode of [...this.#timers.keys()]) this.#isDue(inode)
    while (this.#reading !== null) await this.#reading
  }

  #isDue(inode: string): void {
    clearTimeout(this.#timers.get(inode))
    this.#timers.delete(inode)
    this.#due.push(inode)
    this.#reading ??= this.#readDue().finally(() => {
      this.#reading = null
    })
  }

  async #readDue(): Promise<void> {
    for (let inode = this.#due.shift(); inode !== undefined; inode = this.#due.shift()) {
      const held = this.#held.get(inode)
      this.#held.delete(inode)
      if (held === undefined) continue
      const began = performance.now()
      this.#current = { inode, file: held.file }
      try {
        this.#remember(inode, await this.#readWhole(held, this.#read.get(inode)?.size ?? 0), began)
      } catch (error) {
        this.#options.gap(held.file.path, `not read to its end: ${reasonOf(error)}`)
      } finally {
        this.#current = null
        closeSync(held.fd)
      }
    }
  }

  #remember(inode: string, size: number, began: number): void {
    const now = performance.now()
    this.#read.delete(inode)
    this.#read.set(inode, { again: now + Math.max(REST_MS, REST_TIMES * (now - began)), size })
    for (const oldest of this.#read.keys()) {
      if (this.#read.size <= MOST_REMEMBERED) return
      this.#read.delete(oldest)
    }
  }

  /** @param readBefore how far an earlier reading came: what was there is known. @returns how far this one came */
  async #readWhole({ fd, file, size }: Held, readBefore: number): Promise<number> {
    let left = MOST_READ_BYTES
    let end = 0
    for (let from = lseek(fd, 0, SEEK.data); from >= 0 && left > 0; from = lseek(fd, end, SEEK.data)) {
      const hole = lseek(fd, from, SEEK.hole)
      const to = Math.min(hole < 0 ? Number.POSITIVE_INFINITY : hole, from + left)
      end = await this.#readPart(fd, file, from, to)
      left -= end - from
      if (end === from) break
    }
    if (left <= 0) this.#options.gap(file.path, `not read beyond ${MOST_READ_BYTES / 2 ** 30} GiB`)
    const now = fstatSync(fd).size
    if (now < size && size > readBefore) {
      this.#options.gap(file.path, `was cut from ${size} to ${now} bytes before it could be read`)
    }
    return now
  }

  async #readPart(fd: number, file: WrittenFile, from: number, to: number): Promise<number> {
    const { outbox, nextReading } = this.#options
    const reading = nextReading()
    const send = (bytes: Uint8Array, first: boolean, last: boolean): void =>
      outbox.add({ kind: 'bytes', reading, file: first ? file : null, base: from, bytes, last })
    let at = from
    while (at < to) {
      const bytes = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, to - at))
      const count = readSync(fd, bytes, 0, bytes.length, at)
      if (count === 0) break
      send(bytes.subarray(0, count), at === from, false)
      at += count
      await outbox.room()
      // Events come first: what they hold may change.
      await new Promise(resolve => setImmediate(resolve))
    }
    if (at > from) send(Buffer.alloc(0), false, true)
    return at
  }
}
