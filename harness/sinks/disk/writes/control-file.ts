import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Canary } from '../../../model/canary.ts'
import { LetheError, reasonOf } from '../../../model/error.ts'

/** What a sink may add to the start of a deployment that Lethe starts. */
export interface Launch {
  setVariable(name: string, value: string): void
  wrapIn(command: readonly string[]): void
}

const WITHIN_MS = 10_000
/** Writes the file and unlinks it after some seconds, then becomes the program that it was given, if any. */
const SCRIPT =
  '{ printf "%s\\n" "$2" >"$1"; [ "$3" = 0 ] || sleep "$3"; rm -f "$1"; } 2>/dev/null; shift 3; [ "$#" = 0 ] || exec "$@"'

/**
 * The control of a sink that sees what is written: a file that is gone again. The deployment's own launcher writes it, so
 * that it also proves that the deployment's writes are told from others'; where Lethe does not start the deployment, a
 * child of Lethe does that carries the same mark in its environment.
 */
export class ControlFile {
  readonly #path: string
  readonly #command: readonly string[]

  constructor(folder: string, control: Canary, holdSeconds: number) {
    const mark = createHash('sha256').update(control.id).digest('hex').slice(0, 8)
    this.#path = join(folder, `lethe-control-${mark}`)
    this.#command = ['/bin/sh', '-c', SCRIPT, 'lethe-control', this.#path, control.text, String(holdSeconds)]
  }

  plantAtStart(launch: Launch): void {
    launch.wrapIn(this.#command)
  }

  /** @throws LetheError SINK_DENIED where no child can be started, or it does not end within 10 s */
  async plantNow(mark: { readonly variable: string; readonly value: string }): Promise<void> {
    const [shell = '/bin/sh', ...rest] = this.#command
    const child = spawn(shell, rest, {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, [mark.variable]: mark.value },
      timeout: WITHIN_MS,
      killSignal: 'SIGKILL',
    })
    try {
      const [code] = await once(child, 'exit')
      if (code !== 0) throw new Error(`it ended with ${code}`)
    } catch (error) {
      throw new LetheError(
        'SINK_DENIED',
        `Cannot plant the control ${this.#path} by a process of its own: ${reasonOf(error)}.`,
        'Install a POSIX shell, and declare a first path in which Lethe may create a file.',
        { cause: error },
      )
    }
  }

  /** Where its writer was killed before it could. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true })
  }
}
