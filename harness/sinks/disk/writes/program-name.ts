import { readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import type { ProcessEntry } from '../../processes/process-table.ts'

/**
 * The name of a process's program, by its file: the one in /proc/PID/stat is the process's own to change, and Node changes it
 * while it starts. That one is taken where the file may not be looked at, as for threads of the kernel.
 */
export function programName({ pid, name }: Pick<ProcessEntry, 'pid' | 'name'>): string {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`)).replace(/ \(deleted\)$/, '')
  } catch {
    return name
  }
}
