import { Buffer } from 'node:buffer'
import { closeSync, fstatSync, readlinkSync, readSync, type Stats } from 'node:fs'
import type { AccessRequest } from './fanotify.ts'
import { HeldFiles } from './held-files.ts'
import type { Writer } from './lineage.ts'
import type { WrittenFile } from './messages.ts'
import type { Outbox } from './outbox.ts'
import { Snapshots } from './snapshots.ts'

const SMALL_BYTES = 256 * 1024
const DELETED = ' (deleted)'

export interface WrittenFilesOptions {
  readonly outbox: Outbox
  readonly isOwn: (path: string) => boolean
  /** whether on this device nothing is changed before it has been read */
  readonly isAsked: (device: number) => boolean
  /** something that was not read, though it should have been */
  readonly gap: (path: Uint8Array, reason: string) => void
  /** something that may have been there, and may not */
  readonly note: (path: Uint8Array, reason: string) => void
}

/**
 * Reads what was written, by the descriptor that came with the event. A file of at most 256 KiB is read before anything else
 * happens, and what changed in it is handed on; it is handed on whole once it has rested. A larger one is held.
 */
export class WrittenFiles {
  readonly #options: WrittenFilesOptions
  readonly #snapshots = new Snapshots()
  readonly #held: HeldFiles
  readonly #since = Date.now()
  readonly #small = Buffer.allocUnsafe(SMALL_BYTES + 1)
  #readings = 0
  readonly #nextReading = (): number => ++this.#readings

  constructor(options: WrittenFilesOptions) {
    this.#options = options
    this.#held = new HeldFiles({ outbox: options.outbox, gap: options.gap, nextReading: this.#nextReading })
  }

  /** Takes the descriptor over. @throws the system's error where it cannot be read */
  look(fd: number, by: Writer | null): void {
    let isHeld = false
    try {
      isHeld = this.#isHeld(fd, by)
    } finally {
      if (!isHeld) closeSync(fd)
    }
  }

  /** Reads what somebody is about to change, where it was not read yet. */
  readNow({ fd, offset, length }: AccessRequest): void {
    this.#held.readNow(inodeOf(fstatSync(fd)), fd, offset, length)
  }

  /** Reads all that is held. */
  settle(): Promise<void> {
    return this.#held.settle()
  }

  #isHeld(fd: number, by: Writer | null): boolean {
    const stats = fstatSync(fd)
    if (!stats.isFile()) return false
    const file = { path: pathOf(fd), by }
    if (this.#options.isOwn(file.path.toString())) return false
    const inode = inodeOf(stats)
    if (this.#isReadWhole(fd, inode, stats, file)) return false
    this.#held.hold(inode, fd, stats.size, file)
    return true
  }

  /** @returns whether nothing remains to be read later */
  #isReadWhole(fd: number, inode: string, stats: Stats, file: WrittenFile): boolean {
    const { outbox, gap } = this.#options
    if (stats.size > SMALL_BYTES || outbox.isFull) return false
    const content = this.#content(fd)
    if (content === null) return false
    if (content.length < stats.size) {
      gap(file.path, `was cut from ${stats.size} to ${content.length} bytes under the read`)
    }
    if (content.length === 0) {
      this.#doubtEmpty(inode, stats, file)
      return true
    }
    const change = this.#snapshots.change(inode, content)
    if (change === null) return true
    const { base, bytes, whole } = change
    outbox.add({ kind: 'bytes', reading: this.#nextReading(), file, base, bytes, last: true })
    return whole
  }

  /** null where it is larger than small by now */
  #content(fd: number): Buffer | null {
    let length = 0
    for (;;) {
      const count = readSync(fd, this.#small, length, this.#small.length - length, length)
      length += count
      if (length > SMALL_BYTES) return null
      if (count === 0) return Buffer.from(this.#small.subarray(0, length))
    }
  }

  /**
   * A new file that was written and is empty: either it was cut again before it could be read, or it was only cut, as locks
   * and logs are when they are opened. No look at the inode tells these apart.
   */
  #doubtEmpty(inode: string, { birthtimeMs, dev }: Stats, { path }: WrittenFile): void {
    if (birthtimeMs < this.#since || this.#snapshots.has(inode) || this.#options.isAsked(dev)) return
    this.#options.note(path, 'was empty when it was read; what is cut again at once is seen with `deep` alone')
  }
}

/** An inode's number is used again when the file is gone. */
function inodeOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`
}

/** As /proc shows it; the name that an unlinked file had. Whether it is unlinked is asked last: it may be so by then. */
function pathOf(fd: number): Buffer {
  const path = readlinkSync(`/proc/self/fd/${fd}`, 'buffer')
  const isDeleted = path.toString('latin1').endsWith(DELETED) && fstatSync(fd).nlink === 0
  return isDeleted ? path.subarray(0, -DELETED.length) : path
}
