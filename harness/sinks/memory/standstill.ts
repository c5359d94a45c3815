import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { reasonOf } from '../../model/error.ts'
import { errnoOf } from '../denial.ts'
import type { Ledger } from '../ledger.ts'
import type { DeploymentProcesses } from '../processes/deployment-processes.ts'
import { type ProcessEntry, processEntry } from '../processes/process-table.ts'
import type { Watchdog } from './watchdog.ts'

/** Stops that find a new process each time: more, and the deployment forks faster than it can be stopped. */
const MOST_ROUNDS = 50
/** A signal takes effect within microseconds, unless the machine is very busy. */
const STOP_WITHIN_MS = 10_000
const STEP_MS = 1
/** Whoever only waits for a disk is done by then. */
const DISK_MS = 100

/** Stops the processes of a deployment all at once, for as long as something is done, and lets them go on whatever happens. */
export class Standstill {
  readonly #processes: Pick<DeploymentProcesses, 'members'>
  readonly #watchdog: Watchdog

  constructor(processes: Pick<DeploymentProcesses, 'members'>, watchdog: Watchdog) {
    this.#processes = processes
    this.#watchdog = watchdog
  }

  /** @param work is given all that are stopped, and those that could not be, which the ledger then says */
  async during(ledger: Ledger, work: (members: readonly ProcessEntry[]) => Promise<void>): Promise<void> {
    const stopped = new Map<number, ProcessEntry>()
    try {
      await work(await this.#stopAll(stopped, ledger))
    } finally {
      for (const process of stopped.values()) continueIfSame(process)
      await this.#watchdog.continued()
    }
  }

  /** Repeats until no process is there that was not met before: one that is stopped forks no more. */
  async #stopAll(stopped: Map<number, ProcessEntry>, ledger: Ledger): Promise<ProcessEntry[]> {
    const met = new Map<string, ProcessEntry>()
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const fresh = this.#processes.members().filter(process => !met.has(keyOf(process)))
      if (fresh.length === 0) return [...met.values()]
      for (const process of fresh) met.set(keyOf(process), process)
      await this.#stop(fresh, stopped, ledger)
    }
    ledger.incomplete('processes', `new ones appeared each of the ${MOST_ROUNDS} times that all had been stopped`)
    return [...met.values()]
  }

  async #stop(processes: readonly ProcessEntry[], stopped: Map<number, ProcessEntry>, ledger: Ledger): Promise<void> {
    // Whoever is stopped already was so by somebody else, who will let it go on.
    const running = processes.filter(({ state }) => state !== 'T' && state !== 't')
    if (!(await this.#watchdog.willStop(running))) {
      return ledger.incomplete(
        'processes',
        'were read while they ran: the watchdog, which would continue them, has ended',
      )
    }
    for (const process of running) {
      try {
        if (!signalIfSame(process, 'SIGSTOP')) continue
        stopped.set(process.pid, process)
      } catch (error) {
        ledger.incomplete(
          `${process.name} (${process.pid})`,
          `was read while it ran: it cannot be stopped: ${reasonOf(error)}`,
        )
      }
    }
    for (const process of running) {
      if (stopped.get(process.pid) !== process || (await standsStill(process))) continue
      ledger.incomplete(`${process.name} (${process.pid})`, `did not stop within ${STOP_WITHIN_MS} ms`)
    }
  }
}

const keyOf = ({ pid, startedAt }: ProcessEntry): string => `${pid} ${startedAt}`

function continueIfSame(process: ProcessEntry): void {
  try {
    signalIfSame(process, 'SIGCONT')
  } catch {
    // Who may stop a process may continue it (kill(2)): it is stopped, and cannot have taken other rights since.
  }
}

/** @returns false where the process has ended, even if another has its pid now. @throws EPERM */
function signalIfSame({ pid, startedAt }: ProcessEntry, signal: 'SIGSTOP' | 'SIGCONT'): boolean {
  if (processEntry(pid)?.startedAt !== startedAt) return false
  try {
    process.kill(pid, signal)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return false
    throw error
  }
}

/** Waits until no thread of the process runs any more. */
async function standsStill(process: ProcessEntry): Promise<boolean> {
  for (let waited = 0; waited < STOP_WITHIN_MS; waited += STEP_MS) {
    if (processEntry(process.pid)?.startedAt !== process.startedAt) return true
    const states = statesOf(process.pid)
    if (states.every(state => 'TtZX'.includes(state))) return true
    // A thread that waits for a disk, or for the child that it has just made by vfork and that is stopped, runs no code.
    if (waited > DISK_MS && states.every(state => 'TtZXD'.includes(state))) return true
    await sleep(STEP_MS)
  }
  return false
}

/** Of its threads: the letter after the name in `/proc/PID/task/TID/stat`. What ends meanwhile is left out. */
function statesOf(pid: number): string[] {
  return listOf(() => readdirSync(`/proc/${pid}/task`)).flatMap(thread =>
    listOf(() => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
      return [stat.charAt(stat.lastIndexOf(')') + 2)]
    }),
  )
}

function listOf(read: () => string[]): string[] {
  try {
    return read()
  } catch {
    return []
  }
}
