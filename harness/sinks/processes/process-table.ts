import { readdirSync, readFileSync } from 'node:fs'

/** A process at one moment. A pid is used again; together with its start it is not. */
export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** clock ticks from the start of the machine to the start of the process */
  readonly startedAt: number
  /** the name of its program, at most 15 characters */
  readonly name: string
  readonly state: string
}

/** All processes that this one can see, by pid. What ends meanwhile is left out. */
export function processTable(): Map<number, ProcessEntry> {
  const table = new Map<number, ProcessEntry>()
  for (const name of readdirSync('/proc')) {
    const entry = /^\d+$/.test(name) ? processEntry(Number(name)) : null
    if (entry !== null) table.set(entry.pid, entry)
  }
  return table
}

/**
 * One process, from `/proc/PID/stat` (proc_pid_stat(5)); null where there is none, or none that may be looked at.
 * The name stands in brackets and may hold brackets and blanks itself.
 */
export function processEntry(pid: number): ProcessEntry | null {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === null) return null
  const close = stat.lastIndexOf(')')
  const [state = '', parent, group, session, ...rest] = stat.slice(close + 2).split(' ')
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startedAt: Number(rest[15]),
    name: stat.slice(stat.indexOf('(') + 1, close),
    state,
  }
}

/** Whether the process was started with this variable of the environment: its children have it too, unless they drop it. */
export function startedWith(pid: number, variable: string, value: string): boolean {
  const environment = read(`/proc/${pid}/environ`)
  return environment !== null && `\0${environment}`.includes(`\0${variable}=${value}\0`)
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}
