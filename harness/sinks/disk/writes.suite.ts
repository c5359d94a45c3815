import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { DeclarationOf } from '../../model/declaration.ts'
import { Bench } from '../bench.suite.ts'
import { DeploymentProcesses } from '../processes/deployment-processes.ts'
import type { OpenSink } from '../sink.ts'
import { type WritesEnvironment, writesSink } from './writes.ts'

/** Runs each line that it is given as a program, then says so. */
const PROGRAM = `
  const fs = require('node:fs'), { execFileSync } = require('node:child_process'), dir = process.argv[1]
  const O_TMPFILE = 0o20200000
  console.log('up')
  require('node:readline').createInterface({ input: process.stdin }).on('line', line => {
    try { new Function('fs', 'execFileSync', 'dir', 'O_TMPFILE', 'require', JSON.parse(line))(fs, execFileSync, dir, O_TMPFILE, require); console.log('done') }
    catch (error) { console.log(String(error.stack).replaceAll('\\n', ' ')) }
  })`

/** For tests: a deployment with a folder of its own that is started as the process driver does, and does what it is told. */
export class WritingDeployment implements AsyncDisposable {
  readonly folder: string
  readonly environment: WritesEnvironment
  readonly #variables: Record<string, string> = {}
  readonly #wrapper: string[] = []
  #child: ChildProcess | null = null
  #said: AsyncIterator<string> | null = null

  private constructor(folder: string) {
    this.folder = folder
    this.environment = {
      launch: {
        setVariable: (name, value) => {
          this.#variables[name] = value
        },
        wrapIn: command => this.#wrapper.push(...command),
      },
      processes: new DeploymentProcesses({
        pids: () => (this.#child?.pid === undefined ? [] : [this.#child.pid]),
        mark: null,
      }),
    }
  }

  static async make(): Promise<WritingDeployment> {
    return new WritingDeployment(await mkdtemp(join(tmpdir(), 'lethe-writes-')))
  }

  /** pid of what was started; of the program itself where nothing wraps it for good, as strace does */
  get pid(): number {
    return this.#child?.pid ?? 0
  }

  async start(): Promise<void> {
    const [command = '', ...rest] = [...this.#wrapper, process.execPath, '-e', PROGRAM, this.folder]
    const child = spawn(command, rest, {
      detached: true,
      env: { PATH: '/usr/bin:/bin', ...this.#variables },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#child = child
    this.#said = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    await this.#hears('up')
  }

  /** Runs a program in the deployment, with `dir`, `fs`, `execFileSync`, `O_TMPFILE`, `require`; returns when it is done. */
  async does(program: string): Promise<void> {
    this.#child?.stdin?.write(`${JSON.stringify(program)}\n`)
    await this.#hears('done')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const exit = once(child, 'exit')
      process.kill(-child.pid, 'SIGKILL')
      await exit
    }
    await rm(this.folder, { recursive: true, force: true })
  }

  async #hears(expected: string): Promise<void> {
    const { value } = (await this.#said?.next()) ?? {}
    if (value !== expected) throw new Error(`the deployment said: ${value}`)
  }
}

export type ChannelName = DeclarationOf<'disk-writes'>['channel']

export const isRoot = process.getuid?.() === 0
export const NEEDS_ROOT = 'fanotify can mark file systems for root alone'

export function declared(paths: string[], channel: ChannelName = 'auto', deep = false): DeclarationOf<'disk-writes'> {
  return { kind: 'disk-writes', paths, channel, deep }
}

/** A deployment that is watched; both end with the test. */
export interface Watched extends AsyncDisposable {
  readonly bench: Bench
  readonly open: OpenSink
  readonly deployment: WritingDeployment
}

export async function watched(channel: ChannelName, own: readonly string[] = []): Promise<Watched> {
  const deployment = await WritingDeployment.make()
  const bench = new Bench(own)
  const { open } = await bench.opened(writesSink(declared([deployment.folder], channel), deployment.environment))
  await deployment.start()
  return {
    bench,
    open,
    deployment,
    [Symbol.asyncDispose]: async () => {
      await open[Symbol.asyncDispose]()
      await deployment[Symbol.asyncDispose]()
    },
  }
}
