import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { LetheError } from '../../model/error.ts'
import { type ProcessEntry, processEntry } from '../processes/process-table.ts'

/** What holds the control in a process's environment; also of Lethe's own that stands in for a deployment. */
export const CONTROL_VARIABLE = 'LETHE_CONTROL'
const END_MS = 2000

/** A child of Lethe that does nothing but hold a text in its environment. It ends when Lethe does, however that is. */
export class ControlHolder implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = once(child, 'close').catch(() => {})
    child.unref()
  }

  /** @throws LetheError SINK_UNREACHABLE when it cannot be started */
  static async start(text: string): Promise<ControlHolder> {
    const env = { PATH: process.env.PATH, [CONTROL_VARIABLE]: text }
    const child = spawn('/bin/sh', ['-c', 'read -r line', 'lethe-control'], {
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const holder = new ControlHolder(child)
    await once(child, 'spawn').catch(cause => {
      throw new LetheError(
        'SINK_UNREACHABLE',
        `Cannot start a process for the control: ${cause}.`,
        'Install a POSIX shell.',
        {
          cause,
        },
      )
    })
    return holder
  }

  entry(): ProcessEntry | null {
    return this.#child.pid === undefined ? null : processEntry(this.#child.pid)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.ref()
    this.#child.stdin?.end()
    await Promise.race([this.#ended, sleep(END_MS, undefined, { ref: false })])
  }
}
