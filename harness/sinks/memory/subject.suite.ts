import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { DeploymentProcesses } from '../processes/deployment-processes.ts'

/**
 * A small deployment for tests: a Node process that does what it is told by lines of JSON, and answers each with a line.
 * What it is told comes hidden (each character one further), so that only what it makes of it is in its memory.
 */
const SCRIPT = `
const held = new Map()
const { spawn } = require('node:child_process')
const shown = hidden => Buffer.from(hidden, 'latin1').map(byte => byte - 1)
const acts = {
  keep: ({ name, hidden, encoding }) => held.set(name, encoding ? Buffer.from(shown(hidden).toString(), encoding) : shown(hidden)),
  zero: ({ name }) => held.get(name).fill(0),
  string: ({ name, hidden, suffix }) => held.set(name, ['<', shown(hidden).toString(), '>', suffix].join('')),
  fill: ({ name, size }) => held.set(name, Buffer.alloc(size, 'ordinary text ')),
  move: ({ hidden }) => {
    const places = Array.from({ length: 64 }, () => Buffer.alloc(65536))
    const text = shown(hidden)
    let at = 0
    places[at].set(text, 4096)
    const step = () => {
      for (let n = 0; n < 2000; n++) {
        const next = (at * 7 + 1) % 64
        places[next].set(text, 4096)
        places[at].fill(0, 4096, 4096 + text.length)
        at = next
      }
      setImmediate(step)
    }
    text.copy(places[at], 4096)
    step()
  },
  damage: ({ name }) => {
    const packed = require('node:zlib').gzipSync(Array.from({ length: 20000 }, (_, index) => 'line ' + index * 7919).join('\\n'))
    held.set(name, packed.fill(7, packed.length >> 1))
  },
  child: () => held.set('child', spawn('sleep', ['60'], { stdio: 'ignore' })),
}
require('node:readline').createInterface({ input: process.stdin }).on('line', line => {
  const told = JSON.parse(line)
  acts[told.act](told)
  process.stdout.write('done\\n')
}).on('close', () => process.exit(0))
`

/** One character further: what tells a text without being it. */
export const hide = (text: string): string => Buffer.from(Buffer.from(text).map(byte => byte + 1)).toString('latin1')

/** A deployment that the test plays. */
export class Subject implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly processes: DeploymentProcesses

  private constructor(child: ChildProcess) {
    this.#child = child
    if (child.stdout === null) throw new Error('no output')
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    this.processes = new DeploymentProcesses({ pids: () => [this.pid], mark: null })
  }

  static async start(env: NodeJS.ProcessEnv = {}): Promise<Subject> {
    const child = spawn(process.execPath, ['-e', SCRIPT], {
      detached: true,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await once(child, 'spawn')
    return new Subject(child)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** @param text what it is about, hidden on the way */
  async do(
    act: string,
    about: { name?: string; text?: string; encoding?: string; suffix?: string; size?: number } = {},
  ) {
    const { text, ...rest } = about
    this.#child.stdin?.write(
      `${JSON.stringify({ act, ...rest, ...(text === undefined ? {} : { hidden: hide(text) }) })}\n`,
    )
    const { done } = await this.#lines.next()
    if (done === true) throw new Error('the subject has ended')
  }

  /** ends it and what it started, by force */
  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null) return
    const ended = once(this.#child, 'close')
    process.kill(-this.pid, 'SIGKILL')
    await ended
  }
}
