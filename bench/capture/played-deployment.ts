import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Launch } from '../../harness/deployment/launch.ts'
import type { Canary } from '../../harness/model/canary.ts'
import type { Pattern } from './patterns/pattern.ts'

const HOST = fileURLToPath(new URL('./host.ts', import.meta.url))
const ANSWER_MS = 60_000
const STOP_MS = 5_000

/** What came of a pattern: whether its text was read back where it was to be proven, or why it could not be played here. */
const Answer = z.union([z.strictObject({ proven: z.boolean().nullable() }), z.strictObject({ refused: z.string() })])
export type Answer = z.infer<typeof Answer>

interface Played {
  readonly folder: string
  /** milliseconds, or `prove` */
  readonly hold: number | 'prove'
  readonly patterns: readonly Pattern[]
  readonly launch: Launch
}

/** A deployment that writes what it is given, pattern by pattern, each in a process of its own. */
export class PlayedDeployment implements AsyncDisposable {
  readonly #played: Played
  #child: ChildProcess | null = null
  #lines: Interface | null = null
  #closed: Promise<unknown> = Promise.resolve()

  constructor(played: Played) {
    this.#played = played
  }

  roots(): number[] {
    return this.#child?.pid === undefined ? [] : [this.#child.pid]
  }

  /** @throws Error when it does not start */
  async start(): Promise<void> {
    const { folder, hold, patterns, launch } = this.#played
    const command = [process.execPath, HOST, folder, String(hold), ...patterns.map(({ name }) => name)]
    const [program = '', ...args] = launch.wrapped(command)
    const child = spawn(program, args, {
      detached: true,
      cwd: folder,
      env: { PATH: process.env.PATH, TMPDIR: folder, ...launch.environment() },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child = child
    this.#closed = once(child, 'close')
    this.#lines = createInterface({ input: child.stdout })
    await this.#line()
  }

  /** Gives the next pattern its text. @throws Error when it fails, or does not answer within a minute */
  async play(canary: Canary): Promise<Answer> {
    this.#child?.stdin?.write(`${canary.text}\n`)
    return Answer.parse(JSON.parse(await this.#line()))
  }

  /** Ends all its processes. Idempotent. */
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

  async #line(): Promise<string> {
    if (this.#lines === null) throw new Error('the deployment has not been started')
    const ended = this.#closed.then(() => {
      throw new Error('the deployment ended before it answered')
    })
    ended.catch(() => undefined)
    const answered = once(this.#lines, 'line', { signal: AbortSignal.timeout(ANSWER_MS) })
    const [line] = await Promise.race([answered, ended])
    return String(line)
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
