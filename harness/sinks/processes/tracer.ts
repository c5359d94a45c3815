import { readFileSync } from 'node:fs'

/** The pid of the process that traces this one, such as a strace that Lethe put around it; null where none does (proc_pid_status(5)). */
export function tracerOf(pid: number): number | null {
  try {
    const tracer = Number(/^TracerPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0)
    return tracer === 0 ? null : tracer
  } catch {
    return null
  }
}
