import { Buffer } from 'node:buffer'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

const MOST_APPENDED_BY_OTHERS = 1024 * 1024

/**
 * Lethe's own record in a log file of someone else. It is appended as a logger would (O_APPEND), so that it never
 * overwrites a record; it is taken back by writing blanks over it, so that no offset of a reader changes.
 */
export class ControlRecord implements AsyncDisposable {
  readonly #line: Buffer
  readonly #at: number
  readonly #file: FileHandle
  #erased = false

  private constructor(line: Buffer, at: number, file: FileHandle) {
    this.#line = line
    this.#at = at
    this.#file = file
  }

  /** @throws the system's error when the file may not be read and written */
  static async append(path: string, text: string): Promise<ControlRecord> {
    const line = Buffer.from(`${text}\n`)
    const appender = await open(
      path,
      constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    )
    try {
      const before = await appender.stat()
      if (!before.isFile()) throw new Error('it is no regular file')
      // opened a second time, since a descriptor with O_APPEND writes at the end only
      const file = await open(path, constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      if ((await file.stat()).ino !== before.ino) {
        await file.close()
        throw new Error('it was rotated meanwhile')
      }
      await appender.write(line)
      return new ControlRecord(line, await find(file, line, before.size), file)
    } finally {
      await appender.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#erased) return
    this.#erased = true
    try {
      const there = Buffer.alloc(this.#line.length)
      await this.#file.read(there, 0, there.length, this.#at)
      if (!there.equals(this.#line)) return
      const blanks = Buffer.alloc(this.#line.length - 1, ' ')
      await this.#file.write(blanks, 0, blanks.length, this.#at)
    } finally {
      await this.#file.close()
    }
  }
}

/** Others may have appended between our look at the size and our write. */
async function find(file: FileHandle, line: Buffer, from: number): Promise<number> {
  const window = Buffer.alloc(line.length + MOST_APPENDED_BY_OTHERS)
  const { bytesRead } = await file.read(window, 0, window.length, from)
  const at = window.subarray(0, bytesRead).indexOf(line)
  return at === -1 ? from : from + at
}
