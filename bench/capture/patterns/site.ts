import { closeSync, constants, openSync, readFileSync, readSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'

/** `<fcntl.h>`: for all files here. */
const CREATE = constants.O_CREAT | constants.O_RDWR | constants.O_EXCL
const CONTENT_BYTES = 4096

/** What a pattern works with: a folder, a text, and how long that is to be there. Nothing here is a string but on request. */
export class Site {
  readonly folder: string
  /** the canary alone */
  readonly canary: Buffer
  /** a page of 4096 bytes with the canary in it */
  readonly content: Buffer
  /** set where the pattern is to be proven, and not measured: whether the text was there when it was held */
  isProven: boolean | null = null
  readonly #holdMs: number | 'prove'
  readonly #name: string
  #names = 0

  /** @param name of the pattern's files: no other pattern that writes to the folder has it */
  constructor(folder: string, name: string, canary: Buffer, holdMs: number | 'prove') {
    this.folder = folder
    this.canary = canary
    this.content = Buffer.alloc(CONTENT_BYTES, 'All is well. ')
    canary.copy(this.content, 700)
    this.#name = name
    this.#holdMs = holdMs
  }

  /** A path in the folder that nothing has yet. */
  path(): string {
    this.#names += 1
    return join(this.folder, `${this.#name}-${this.#names}`)
  }

  /** A new file. */
  create(path: string, flags = 0): number {
    return openSync(path, CREATE | flags, 0o600)
  }

  /** A new file, open while `work` runs. */
  within(path: string, work: (fd: number) => void, flags = 0): void {
    const fd = this.create(path, flags)
    try {
      work(fd)
    } finally {
      closeSync(fd)
    }
  }

  /** A new file that has lost its name, open while `work` runs. */
  withinUnlinked(work: (fd: number) => void): void {
    const path = this.path()
    this.within(path, fd => {
      unlinkSync(path)
      work(fd)
    })
  }

  /**
   * The text is where the pattern puts it: waits the time that it is to be there.
   * @param read what is there, by another way than the one that wrote it
   */
  held(read: () => Uint8Array | string): void {
    if (this.#holdMs === 'prove') this.isProven = Buffer.from(read()).includes(this.canary)
    else if (this.#holdMs > 0) sleep(this.#holdMs)
  }

  /** The same, of a file that is then removed. */
  heldAndUnlinked(path: string): void {
    this.held(() => readFileSync(path))
    unlinkSync(path)
  }

  /** Overwrites the text in this process. */
  forget(): void {
    this.content.fill(0)
    this.canary.fill(0)
  }
}

/** The first bytes of an open file. */
export function readBack(fd: number, bytes: number): Buffer {
  const back = Buffer.alloc(bytes)
  readSync(fd, back, 0, bytes, 0)
  return back
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
