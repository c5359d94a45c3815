import { readFile } from 'node:fs/promises'
import type { Ledger } from '../../ledger.ts'
import type { ProcessEntry } from '../../processes/process-table.ts'
import { type CoreDumps, isKeptInJournal } from './core-pattern.ts'

const PATTERN = '/proc/sys/kernel/core_pattern'

/** Says what becomes of a core dump on this machine, and what of it cannot be seen. */
export async function sayOfCores(
  kernel: CoreDumps | null,
  processes: readonly ProcessEntry[],
  ledger: Ledger,
): Promise<void> {
  if (kernel === null) return ledger.incomplete(PATTERN, 'this system does not tell where core dumps go')
  const { kind, pattern } = kernel
  if (kind === 'program' && kernel.folders === null) {
    return ledger.incomplete(
      PATTERN,
      `core dumps go to a program that keeps them nobody knows where: ${pattern}; sysctl kernel.core_pattern=core`,
    )
  }
  if (pattern.includes('systemd-coredump') && (await isKeptInJournal())) {
    return ledger.incomplete(
      PATTERN,
      'systemd-coredump keeps core dumps in the journal; set Storage=external in coredump.conf',
    )
  }
  const where = kind === 'nowhere' ? 'core dumps are thrown away' : `core dumps go by ${pattern || 'core_uses_pid'}`
  const limits = await Promise.all(processes.map(({ pid }) => coreLimit(pid)))
  const isOff = kind === 'file' && limits.length > 0 && limits.every(limit => limit === '0')
  ledger.skip(PATTERN, isOff ? `${where}; the limit of every process is 0, so none is written` : where)
}

/** The soft limit of a process on the size of core dumps (proc_pid_limits(5)), such as `0` or `unlimited`. */
async function coreLimit(pid: number): Promise<string | null> {
  const limits = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => '')
  return /^Max core file size +(\S+)/m.exec(limits)?.[1] ?? null
}
