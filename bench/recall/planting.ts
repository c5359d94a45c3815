import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { proseAround } from './prose.ts'
import type { Shared } from './shared.ts'

const TOOL_MS = 60_000
const MOST_OUTPUT = 2 ** 28
const LAST_WORDS = 400
const LONG = 12_000

/** Debian's own, where it is: modules that are installed as packages are for that one. */
export const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'

/** One canary to be put into files: where, and the text around it. A row and its twin differ in the canary alone. */
export class Planting {
  /** 52 characters */
  readonly canary: string
  /** some 700 characters of prose on one line, the canary in the middle */
  readonly text: string
  /** the same, of more than 20,000 characters: longer than a page of any database here */
  readonly long: string
  /** all of it, and nothing else, is looked through */
  readonly folder: string
  /** for what a row needs on the way */
  readonly scratch: string
  /** servers that several rows use */
  readonly shared: Shared

  /** @param base an empty folder for this planting alone */
  constructor(canary: string, base: string, shared: Shared) {
    this.canary = canary
    this.text = proseAround(canary, 350)
    this.long = proseAround(canary, LONG)
    this.folder = join(base, 'looked-through')
    this.scratch = join(base, 'scratch')
    this.shared = shared
    mkdirSync(this.folder)
    mkdirSync(this.scratch)
  }

  /** A file that is looked through. */
  write(name: string, content: Uint8Array | string): void {
    writeFileSync(join(this.folder, name), content)
  }

  /** Where a tool writes a file that is looked through. */
  path(name: string): string {
    return join(this.folder, name)
  }

  /**
   * What a tool prints; it works in `scratch`.
   * @throws Error when it fails or does not end within a minute
   */
  tool(command: string, args: readonly string[], input: Uint8Array | string = this.text): Buffer {
    const { error, status, stdout, stderr } = spawnSync(command, args, {
      input,
      cwd: this.scratch,
      timeout: TOOL_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MOST_OUTPUT,
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
    // EPIPE: it did not want its input.
    if (error !== undefined && !('code' in error && error.code === 'EPIPE')) throw error
    if (status !== 0) throw new Error(`${command} ended with ${status}: ${String(stderr).slice(-LAST_WORDS)}`)
    return stdout
  }

  /** What a Python script prints that reads standard input as bytes `data` and has `sys`. */
  python(script: string, input: Uint8Array | string = this.text, ...args: string[]): Buffer {
    return this.tool(PYTHON, ['-c', `import sys\ndata = sys.stdin.buffer.read()\n${script}`, ...args], input)
  }
}
