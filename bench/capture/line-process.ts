import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { Launch } from '../../harness/deployment/launch.ts'

const START_MS = 60_000
const STOP_MS = 5_000

/** A process that is started as a deployment is, and talks in lines. The first thing that it says is that it is ready. */
export class LineProcess implements AsyncDisposable {
  readonly #launch: Launch
  readonly #command: readonly string[]
  readonly #folder: string
  #child: ChildProcess | null = null
  #lines: Interface | null = null
  #closed: Promise<unknown> = Promise.resolve()

  /** @param folder where it works and has its temporary files */
  constructor(launch: Launch, command: readonly string[], folder: string) {
    this.#launch = launch
    this.#command = command
    this.#folder = folder
  }

  roots(): number[] {
    return this.#child?.pid === undefined ? [] : [this.#child.pid]
  }

  /** @throws Error when it is not ready within a minute */
  async start(): Promise<void> {
    const [program = '', ...args] = this.#launch.wrapped(this.#command)
    const child = spawn(program, args, {
      // A group of its own, which ends as one.
      detached: true,
      cwd: this.#folder,
      env: { PATH: process.env.PATH, TMPDIR: this.#folder, ...this.#launch.environment() },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child = child
    this.#closed = once(child, 'close')
    this.#lines = createInterface({ input: child.stdout })
    await this.line(START_MS)
  }

  send(text: string): void {
    this.#child?.stdin?.write(text)
  }

  /** The next line that it says. @throws Error when it ends before, or does not say it in time */
  async line(withinMs: number): Promise<string> {
    if (this.#lines === null) throw new Error('the deployment has not been started')
    const ended = this.#closed.then(() => {
      throw new Error('the deployment ended before it answered')
    })
    ended.catch(() => undefined)
    const answered = once(this.#lines, 'line', { signal: AbortSignal.timeout(withinMs) })
    const [line] = await Promise.race([answered, ended])
    return String(line)
  }

  /** Ends it and its children. Idempotent. */
  async stop(): Promise<void> {
    const pid = this.#child?.pid
    if (pid === undefined) return
    this.#child = null
    signalGroup(pid, 'SIGTERM')
    const late = setTimeout(() => signalGroup(pid, 'SIGKILL'), STOP_MS)
    await this.#closed
    clearTimeout(late)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }
}

/** A wrapper such as strace is in the group too, and hands nothing on. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // All of it has ended already.
  }
}
