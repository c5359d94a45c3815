import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProcessEntry } from '../../processes/process-table.ts'
import { processEntry } from '../../processes/process-table.ts'

/** Opens the file that its first argument leads to, and becomes the program. A file that it may not read is left out. */
const HOLDER = '[ -r "$1" ] && exec 9<"$1"; shift; exec "$@"'

/**
 * A deleted file that a process of its own holds open. It has a name for no longer than it takes to delete it, and is gone with
 * the processes that hold it; the one made here ends with Lethe, however Lethe ends.
 */
export class HeldFile implements AsyncDisposable {
  readonly #handle: FileHandle
  readonly #keeper: ChildProcess

  private constructor(handle: FileHandle, keeper: ChildProcess) {
    this.#handle = handle
    this.#keeper = keeper
  }

  /** @throws a system error when the file cannot be made or nobody can be started to hold it */
  static async create(name: string, content: string): Promise<HeldFile> {
    const path = join(tmpdir(), name)
    const handle = await open(path, 'wx+', 0o600)
    try {
      await rm(path)
      await handle.writeFile(content)
      // `cat` waits for a pipe that the end of Lethe closes.
      const keeper = spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore', handle.fd] })
      await once(keeper, 'spawn')
      keeper.on('error', () => {})
      return new HeldFile(handle, keeper)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** A program that opens the file too, and becomes the command that follows it. */
  get wrapper(): string[] {
    return ['/bin/sh', '-c', HOLDER, 'lethe-holder', `/proc/${process.pid}/fd/${this.#handle.fd}`]
  }

  /** The process that holds it, or null once it has ended. */
  get keeper(): ProcessEntry | null {
    return this.#keeper.pid === undefined ? null : processEntry(this.#keeper.pid)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#keeper.exitCode === null && this.#keeper.signalCode === null) {
      const ended = once(this.#keeper, 'exit')
      this.#keeper.kill('SIGKILL')
      await ended
    }
    await this.#handle.close()
  }
}
