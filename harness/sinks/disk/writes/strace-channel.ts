import { Buffer } from 'node:buffer'
import { execFile } from 'node:child_process'
import { constants, openSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { reasonOf } from '../../../model/error.ts'
import { processEntry } from '../../processes/process-table.ts'
import type { SinkContext } from '../../sink.ts'
import { readFileInto } from '../file.ts'
import type { Refusal, WriteChannel } from './channel.ts'
import type { Launch } from './control-file.ts'
import type { Writer } from './lineage.ts'
import { programName } from './program-name.ts'
import { SpecialFiles } from './special-files.ts'
import { type StraceCall, StraceCalls, type StraceFile } from './strace-calls.ts'
import type { WrittenScan } from './written-scan.ts'
import { WrittenStreams } from './written-streams.ts'

const run = promisify(execFile)

const WRITES = ['write', 'pwrite64', 'writev', 'pwritev', 'pwritev2']
/** their content goes from file to file within the kernel: the file is read */
const COPIES = ['sendfile', 'copy_file_range', 'splice']
const NAMES = [
  '?creat',
  '?rename',
  'renameat',
  'renameat2',
  '?mkdir',
  'mkdirat',
  '?link',
  'linkat',
  '?symlink',
  'symlinkat',
  '?mknod',
  'mknodat',
]
const ATTRIBUTES = ['?setxattr', '?lsetxattr', '?fsetxattr']
const UNLINKS = ['?unlink', 'unlinkat']
const OPENS = ['?open', 'openat']
const STRINGS_BYTES = 2 ** 20
/** files that are not at rest on any disk */
const ELSEWHERE = /^\/(dev(?!\/shm\/)|proc|sys|memfd:)/
const PROBE_MS = 10_000
const QUIET_MS = 100
const MOST_QUIET_TRIES = 300
const MOST_WAITING_BYTES = 8 * 2 ** 20

const OPTIONS = ['-f', '-qq', '--seccomp-bpf', '-y', '-xx', '-s', String(STRINGS_BYTES), '-e', 'signal=none']
const TRACE = ['-e', `trace=${[...WRITES, ...COPIES, ...ATTRIBUTES, ...NAMES, ...UNLINKS, ...OPENS].join()}`]

export interface StraceOptions {
  readonly context: SinkContext
  readonly scan: WrittenScan
  /** null where Lethe does not start the deployment */
  readonly launch: Launch | null
}

/** The writes of a deployment that Lethe starts, as strace(1) shows their bytes. */
export async function openStrace(options: StraceOptions): Promise<WriteChannel | Refusal> {
  const refusal = options.launch === null ? ALREADY_RUNS : await straceRefusal()
  if (refusal !== null || options.launch === null) return refusal ?? ALREADY_RUNS
  const folder = await mkdtemp(join(tmpdir(), 'lethe-strace-'))
  try {
    const fifo = join(folder, 'calls')
    await run('mkfifo', ['-m', '600', fifo])
    // For writing too, so that it has no end before strace opens it.
    const output = new Socket({ fd: openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK), writable: false })
    options.launch.wrapIn(['strace', ...OPTIONS, ...TRACE, '-o', fifo])
    return new StraceChannel(options, output, folder)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    return { reason: `strace: ${reasonOf(error)}`, mend: `Let Lethe make a FIFO in ${tmpdir()}.` }
  }
}

const ALREADY_RUNS: Refusal = {
  reason: 'strace: the deployment runs already',
  mend: 'Let Lethe start it, by the process driver.',
}

/** Why strace cannot trace a child of Lethe's here, or null. */
export async function straceRefusal(): Promise<Refusal | null> {
  try {
    await run('strace', [...OPTIONS, ...TRACE, '-o', '/dev/null', '/bin/sh', '-c', ':'], { timeout: PROBE_MS })
    return null
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    return {
      reason: `strace: ${missing ? 'it is not installed' : reasonOf(error)}`,
      mend: missing
        ? 'Install strace 5.3 or newer (Debian: apt-get install strace).'
        : 'Allow tracing of own children: sysctl kernel.yama.ptrace_scope=1 or less; in a container --cap-add SYS_PTRACE; strace 5.3 or newer.',
    }
  }
}

class StraceChannel implements WriteChannel {
  readonly sight = {
    tier: 'T0',
    blindTo:
      'what is written by mmap, aio or io_uring, and what others write for the deployment (journald, a database server); the deployment is slower',
  } as const
  readonly holdSeconds = 0
  readonly #options: StraceOptions
  readonly #output: Socket
  readonly #folder: string
  readonly #streams: WrittenStreams
  readonly #special: SpecialFiles
  readonly #names = new Map<number, string>()
  #queue: Promise<void> = Promise.resolve()
  #waiting = 0
  #received = 0

  constructor(options: StraceOptions, output: Socket, folder: string) {
    this.#options = options
    this.#output = output
    this.#folder = folder
    this.#streams = new WrittenStreams(options.scan)
    this.#special = new SpecialFiles(async (path, reason) =>
      options.scan.gapAt(await options.scan.name({ path, by: null }), reason),
    )
    const calls = new StraceCalls(
      call => this.#onCall(call),
      reason => options.scan.gap(reason),
    )
    // strace has opened it: nothing is left behind, even if Lethe is killed.
    output.once('data', () => rmSync(folder, { recursive: true, force: true }))
    output.on('data', (chunk: Buffer) => {
      this.#received += chunk.length
      calls.push(chunk)
    })
    output.on('error', error => options.scan.gap(`strace was not heard any more: ${reasonOf(error)}`))
  }

  pulse(): string {
    return String(this.#received)
  }

  /** A call is shown before its caller goes on: what was written is in the pipe. */
  async flush(): Promise<void> {
    for (let tries = 0; tries < MOST_QUIET_TRIES; tries += 1) {
      const before = this.#received
      await sleep(QUIET_MS)
      await this.#queue
      if (this.#received === before || this.#options.context.signal.aborted) break
    }
    if (this.#options.context.signal.aborted) this.#options.scan.gap('the run was interrupted')
    await this.#then(() => this.#streams.flush())
    await this.#options.scan.flush()
  }

  report(): void {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.#output.destroy()
    await rm(this.#folder, { recursive: true, force: true })
  }

  /** Several MiB that wait stop strace, and with it the deployment, until they are scanned. */
  #onCall(call: StraceCall): void {
    const bytes = call.strings.reduce((sum, { length }) => sum + length, 0)
    this.#waiting += bytes
    if (this.#waiting > MOST_WAITING_BYTES) this.#output.pause()
    this.#then(async () => {
      await this.#look(call)
      this.#waiting -= bytes
      if (this.#waiting <= MOST_WAITING_BYTES) this.#output.resume()
    })
  }

  async #look(call: StraceCall): Promise<void> {
    const by = this.#writer(call.pid)
    if (WRITES.includes(call.name)) return this.#written(call, by)
    if (COPIES.includes(call.name)) return this.#copied(call.files[call.name === 'sendfile' ? 0 : 1], by)
    if (call.name.endsWith('setxattr')) return this.#attribute(call, by)
    await this.#special.follow(call)
    if (call.name.startsWith('unlink') || (OPENS.includes(call.name) && !call.text.includes('O_CREAT'))) return
    for (const path of call.strings) await this.#options.scan.name({ path, by })
  }

  async #written(call: StraceCall, by: Writer): Promise<void> {
    const [file] = call.files
    if (file === undefined || !(await this.#isAtRest(file))) return
    const bytes = Buffer.concat(call.strings).subarray(0, call.result)
    await this.#streams.push({ path: file.path, by }, bytes)
    if (call.cut) await this.#readBack(file.path, by)
  }

  /** An extended attribute (setxattr(2)): its name and its value, of a file by its path or by its descriptor. */
  async #attribute({ name, files, strings }: StraceCall, by: Writer): Promise<void> {
    const [path, attribute, value] = name === 'fsetxattr' ? [files[0]?.path, ...strings] : strings
    if (path === undefined || attribute === undefined) return
    const shown = Buffer.concat([path, Buffer.from(' (attribute '), attribute, Buffer.from(')')])
    const reading = await this.#options.scan.read({ path: shown, by }, 0)
    if (value !== undefined) await reading.push(value)
    await reading.end()
  }

  async #copied(file: StraceFile | undefined, by: Writer): Promise<void> {
    if (file !== undefined && (await this.#isAtRest(file))) await this.#readBack(file.path, by)
  }

  /** The file as it is now; where it is gone already, that is said. */
  async #readBack(path: Buffer, by: Writer): Promise<void> {
    const { scan, context } = this.#options
    const reading = await scan.read({ path, by }, 0)
    const read = await readFileInto(path, reading, context.signal)
    await reading.end()
    if (read.kind !== 'read')
      scan.gapAt(await scan.name({ path, by }), `strace does not show what was copied: ${read.reason}`)
  }

  /** A file, and not what the kernel makes up, nor a pipe (with a name or without) or a socket. */
  async #isAtRest(file: StraceFile): Promise<boolean> {
    const isPath = file.path[0] === 47 && !ELSEWHERE.test(file.path.toString('latin1'))
    return isPath && !(await this.#special.has(file))
  }

  /** With its name as it is, or was when it was last seen. */
  #writer(pid: number): Writer {
    const entry = processEntry(pid)
    const name = entry === null ? (this.#names.get(pid) ?? 'unknown') : programName(entry)
    if (this.#names.size > 10_000) this.#names.clear()
    this.#names.set(pid, name)
    return { pid, name }
  }

  #then(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue
      .then(work)
      .catch(error => this.#options.scan.gap(`something that was written was not scanned: ${reasonOf(error)}`))
    return this.#queue
  }
}
