import { Buffer } from 'node:buffer'
import { readdir, readFile, readlink, stat } from 'node:fs/promises'
import { reasonOf } from '../../../model/error.ts'
import { errnoOf } from '../../denial.ts'
import type { Ledger } from '../../ledger.ts'
import type { ProcessEntry } from '../../processes/process-table.ts'

/** A deleted file that a process still holds. */
export interface DeletedFile {
  /** opens the file itself, whatever became of its name: `/proc/PID/fd/N`, `/proc/PID/map_files/FROM-TO` */
  readonly opens: string
  /** the name that it had */
  readonly name: Buffer
  /** device and inode: the same file, whoever holds it */
  readonly inode: string
  readonly size: bigint
  /** nanoseconds */
  readonly changedAt: bigint
}

const DELETED = Buffer.from(' (deleted)')
const MEMFD = '/memfd:'
/** The kernel's own files for shared memory: in `maps` they look like deleted ones (proc_pid_maps(5), shmget(2)). */
const SHARED_MEMORY = /^(\/memfd:|\/SYSV|\/dev\/zero |\/\[|anon_inode:)/

/**
 * Regular files without a name that a process holds open or has mapped (proc_pid_fd(5), proc_pid_map_files(5)). A process that
 * ends meanwhile holds none. What cannot be looked at is said.
 */
export async function deletedFilesOf(entry: ProcessEntry, ledger: Ledger): Promise<DeletedFile[]> {
  return [...(await openFiles(entry, ledger)), ...(await mappedFiles(entry, ledger))]
}

async function openFiles({ pid, name }: ProcessEntry, ledger: Ledger): Promise<DeletedFile[]> {
  const folder = `/proc/${pid}/fd`
  const found: DeletedFile[] = []
  try {
    for (const fd of await readdir(folder)) {
      const file = await deletedFile(`${folder}/${fd}`)
      if (file?.name.toString('latin1').startsWith(MEMFD)) {
        ledger.skip(`${folder}/${fd}`, 'is memory with a descriptor (memfd), never on disk')
      } else if (file !== null) found.push(file)
    }
  } catch (error) {
    unseen(`open files of ${name} (${pid})`, error, ledger)
  }
  return found
}

async function mappedFiles({ pid, name }: ProcessEntry, ledger: Ledger): Promise<DeletedFile[]> {
  const found: DeletedFile[] = []
  try {
    for (const range of deletedRanges(await readFile(`/proc/${pid}/maps`, 'latin1'))) {
      const file = await deletedFile(`/proc/${pid}/map_files/${range}`)
      if (file !== null) found.push(file)
    }
  } catch (error) {
    unseen(`mapped files of ${name} (${pid})`, error, ledger)
  }
  return found
}

/** Of each deleted file that is mapped the range of one mapping, as `map_files` names it: hexadecimal without leading zeros. */
export function deletedRanges(maps: string): string[] {
  const ranges = new Map<string, string>()
  for (const line of maps.split('\n')) {
    const match = /^0*([0-9a-f]+)-0*([0-9a-f]+) \S+ \S+ (\S+) (\d+) +(.*) \(deleted\)$/.exec(line)
    const [, from, to, device, inode, path = ''] = match ?? []
    if (match === null || inode === '0' || SHARED_MEMORY.test(`${path} `)) continue
    ranges.set(`${device}:${inode}`, `${from}-${to}`)
  }
  return [...ranges.values()]
}

/** null where the descriptor has no regular file, or one that still has its name. @throws when it may not be looked at */
async function deletedFile(opens: string): Promise<DeletedFile | null> {
  try {
    const stats = await stat(opens, { bigint: true })
    if (!stats.isFile()) return null
    const link = await readlink(opens, 'buffer')
    const isMarked = link.subarray(-DELETED.length).equals(DELETED)
    if (stats.nlink > 0n && !isMarked) return null
    const { dev, ino, size, ctimeNs } = stats
    const name = isMarked ? link.subarray(0, -DELETED.length) : link
    return { opens, name, inode: `${dev}:${ino}`, size, changedAt: ctimeNs }
  } catch (error) {
    if (hasEnded(error)) return null
    throw error
  }
}

function unseen(path: string, error: unknown, ledger: Ledger): void {
  if (!hasEnded(error)) ledger.incomplete(path, `${reasonOf(error)}; root may look at them, or the same user`)
}

/** The process has ended, or has closed it. */
function hasEnded(error: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'ENOTDIR', 'ENXIO'].includes(errnoOf(error) ?? '')
}
