import { readlinkSync } from 'node:fs'
import { LetheError } from '../../../harness/model/error.ts'
import { mounted } from './mounted.ts'

/** Where the C library and programs put files in RAM (shm_overview(7)). */
export const SHARED = '/dev/shm'
const SHARED_MIB = 256

/**
 * Makes /dev/shm a file system of this process's mount namespace, which ends with its last process, however that ends, and
 * takes along all that is mounted in it, and the loop devices below.
 * @throws LetheError where this process shares its mounts with the one that started it, or cannot tell
 */
export function enterOwnMounts(): void {
  const parents = mountsOf(String(process.ppid))
  if (parents === null || parents === mountsOf('self')) {
    throw new LetheError(
      'USAGE',
      'The patterns mount file systems, and this process has no mount namespace of its own.',
      'Run it as root by `npm run bench:capture`, which starts it by `unshare --mount --propagation private`.',
    )
  }
  mounted(['-t', 'tmpfs', '-o', `size=${SHARED_MIB}m`, 'lethe-capture', SHARED])
}

/** Null where nobody may know, as of a process of somebody else. */
function mountsOf(process: string): string | null {
  try {
    return readlinkSync(`/proc/${process}/ns/mnt`)
  } catch {
    return null
  }
}
