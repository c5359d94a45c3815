import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { LetheError } from '../../model/error.ts'
import type { ProcessEntry } from '../processes/process-table.ts'

/**
 * Keeps a list of what is stopped. When its input ends while something is on the list, whoever stopped it is no more, and
 * it is continued, if the start (field 22 of proc_pid_stat(5)) still is that of the process that was stopped.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM TSTP
list=
while read -r verb pid start; do
  case $verb in
    stop) list="$list $pid:$start" ;;
    clear) list= ;;
  esac
done
for one in $list; do
  pid=\${one%%:*}
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
  set -- \${stat##*)}
  [ "\${20}" = "\${one#*:}" ] && kill -CONT "$pid"
done
exit 0
`
const END_MS = 2000

/** A process of its own that continues what Lethe has stopped, should Lethe be killed meanwhile. */
export class Watchdog implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#ended = once(child, 'close').catch(() => {})
    child.stdin?.on('error', () => {})
    child.unref()
  }

  /** @throws LetheError SINK_UNREACHABLE when it cannot be started */
  static async start(): Promise<Watchdog> {
    // A session of its own: what ends the group of Lethe does not end it.
    const child = spawn('/bin/sh', ['-c', SCRIPT, 'lethe-watchdog'], {
      detached: true,
      env: { PATH: process.env.PATH },
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const watchdog = new Watchdog(child)
    await once(child, 'spawn').catch(cause => {
      throw new LetheError('SINK_UNREACHABLE', `Cannot start a watchdog: ${cause}.`, 'Install a POSIX shell.', {
        cause,
      })
    })
    return watchdog
  }

  /** To be called, and awaited, before these are stopped. @returns false where nobody would continue them */
  async willStop(processes: readonly ProcessEntry[]): Promise<boolean> {
    return this.#tell(processes.map(({ pid, startedAt }) => `stop ${pid} ${startedAt}\n`).join(''))
  }

  /** All that were stopped run again. */
  async continued(): Promise<void> {
    await this.#tell('clear\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.ref()
    this.#child.stdin?.end()
    await Promise.race([this.#ended, sleep(END_MS, undefined, { ref: false })])
  }

  async #tell(lines: string): Promise<boolean> {
    const { stdin, exitCode, signalCode } = this.#child
    if (stdin === null || exitCode !== null || signalCode !== null) return false
    return new Promise(resolve => stdin.write(lines, error => resolve(error === null || error === undefined)))
  }
}
