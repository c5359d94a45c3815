import { Buffer } from 'node:buffer'

/** Longer lines are not read: 1 MiB of content takes 4 MiB, and a vector may hold several. */
const MOST_LINE_BYTES = 64 * 2 ** 20
const MOST_UNFINISHED = 10_000

/** An open file, as the kernel calls it. */
export interface StraceFile {
  readonly path: Buffer
  /** it has this name no longer (or had none) */
  readonly isUnlinked: boolean
}

/** A system call that succeeded. Strings and paths are bytes. */
export interface StraceCall {
  readonly pid: number
  readonly name: string
  readonly result: number
  /** descriptors of files and folders among its arguments, in order; that of the working folder too (AT_FDCWD) */
  readonly files: readonly StraceFile[]
  /** path of the file that it opened */
  readonly opened: Buffer | null
  readonly strings: readonly Buffer[]
  /** a string was longer than strace shows */
  readonly cut: boolean
  /** its flags and numbers, as strace names them */
  readonly text: string
}

/**
 * Reads the output of `strace -f -y -xx`, one call a line: `PID name(args) = result`, or in two lines where another thread
 * came between (`<unfinished ...>`, `<... name resumed>`). All strings and paths are hex, so nothing in them looks like syntax.
 */
export class StraceCalls {
  readonly #onCall: (call: StraceCall) => void
  readonly #onGap: (reason: string) => void
  readonly #unfinished = new Map<string, string>()
  #line: Buffer[] = []
  #lineBytes = 0

  constructor(onCall: (call: StraceCall) => void, onGap: (reason: string) => void) {
    this.#onCall = onCall
    this.#onGap = onGap
  }

  push(chunk: Buffer): void {
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#add(chunk.subarray(from, end))
      this.#endLine()
      from = end + 1
    }
    this.#add(chunk.subarray(from))
  }

  #add(part: Buffer): void {
    this.#lineBytes += part.length
    if (this.#lineBytes <= MOST_LINE_BYTES) this.#line.push(part)
    else this.#line = []
  }

  #endLine(): void {
    const line = Buffer.concat(this.#line).toString('latin1')
    if (this.#lineBytes > MOST_LINE_BYTES) this.#onGap('a write of very many parts was not read')
    this.#line = []
    this.#lineBytes = 0
    const [, pid = '', rest = ''] = /^(\d+) +(.*)$/s.exec(line) ?? []
    const [, before] = /^(.*) <unfinished \.\.\.>$/s.exec(rest) ?? []
    if (before === undefined) this.#finish(pid, rest)
    else this.#begin(pid, before)
  }

  #finish(pid: string, rest: string): void {
    const [resumed = ''] = /^<\.\.\. \w+ resumed>/.exec(rest) ?? []
    const whole = resumed === '' ? rest : (this.#unfinished.get(pid) ?? '') + rest.slice(resumed.length)
    this.#unfinished.delete(pid)
    const call = callOf(Number(pid), whole)
    if (call !== null) this.#onCall(call)
  }

  #begin(pid: string, text: string): void {
    if (this.#unfinished.size < MOST_UNFINISHED) this.#unfinished.set(pid, text)
    else this.#onGap('more calls were begun at once than could be followed')
  }
}

/** null for what is no call, or failed */
function callOf(pid: number, text: string): StraceCall | null {
  const [, name, args, result, opened] = /^(\w+)\((.*)\) += (\d+)(?:<([^>]*)>)?/s.exec(text) ?? []
  if (name === undefined || args === undefined) return null
  const strings = [...args.matchAll(/"([^"]*)"/g)]
  return {
    pid,
    name,
    result: Number(result),
    files: [...args.matchAll(/\b(?:\d+|AT_FDCWD)<([^>]*)>(\(deleted\))?/g)].map(fileOf),
    opened: opened === undefined ? null : bytesOf(opened),
    strings: strings.map(([, hex = '']) => bytesOf(hex)),
    cut: args.includes('"...'),
    text: args.replaceAll(/"[^"]*"|<[^>]*>/g, ''),
  }
}

function fileOf([, hex = '', deleted]: RegExpExecArray): StraceFile {
  return { path: bytesOf(hex), isUnlinked: deleted !== undefined }
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex')
}
