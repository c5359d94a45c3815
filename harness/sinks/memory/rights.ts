import { closeSync, openSync, readFileSync } from 'node:fs'
import { LetheError, reasonOf } from '../../model/error.ts'
import { errnoOf } from '../denial.ts'
import type { ProcessEntry } from '../processes/process-table.ts'
import { ControlHolder } from './control-holder.ts'

const MEND =
  'Run Lethe as the user of the deployment, or with CAP_SYS_PTRACE (as root); where kernel.yama.ptrace_scope is 1 or more, let Lethe start the deployment, or set it to 0 with sysctl.'

/**
 * Whether memory can be read from here at all, tried on a child, and that of these processes (ptrace(2), "Ptrace access mode
 * checking").
 *
 * @throws LetheError SINK_DENIED, with the mend; SINK_UNREACHABLE where this system has no /proc/PID/mem
 */
export async function assertReadable(processes: readonly ProcessEntry[]): Promise<void> {
  await using holder = await ControlHolder.start('')
  const child = holder.entry()
  if (child === null) {
    throw new LetheError(
      'SINK_UNREACHABLE',
      'This system has no /proc, by which memory is read.',
      'Run Lethe on Linux.',
    )
  }
  for (const { pid, name } of [child, ...processes]) {
    const denial = denialOf(pid)
    if (denial === null) continue
    throw new LetheError('SINK_DENIED', `Cannot read the memory of ${name} (${pid}): ${reasonOf(denial)}.`, MEND, {
      cause: denial,
    })
  }
}

/** Why the memory of a process cannot be read, or null; null also when it has ended. */
function denialOf(pid: number): unknown {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, 'r'))
    closeSync(openSync(`/proc/${pid}/pagemap`, 'r'))
    readFileSync(`/proc/${pid}/smaps`, 'latin1')
    return null
  } catch (error) {
    return ['ENOENT', 'ESRCH'].includes(errnoOf(error) ?? '') ? null : error
  }
}
