import { readFileSync } from 'node:fs'
import type { MemoryRegion } from '../../model/sighting.ts'
import { PAGE } from './page-size.ts'

/** Pages of a process that lie side by side and hold something. */
export interface Run {
  readonly from: number
  /** the first address after it */
  readonly to: number
}

/** One mapping of a process. Addresses are multiples of the page size, so that a number holds them exactly. */
export interface Region {
  readonly from: number
  /** the first address after it */
  readonly to: number
  /** such as `rw-p` */
  readonly access: string
  /** path of the file, or a name in brackets; empty for anonymous memory */
  readonly name: string
  readonly kind: MemoryRegion
  /** bytes in memory or in swap space; 0 where nothing was ever touched */
  readonly resident: number
  /** bytes that are not, or not any more, what the file holds */
  readonly changed: number
  /** of a device: reading it may do things, and its pages are not of this machine's memory (VM_IO, VM_PFNMAP) */
  readonly isDevice: boolean
}

const HEADING = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ \S+ *(.*)$/
const KIB = 1024

/**
 * The mappings of a process in the order of their addresses, from `/proc/PID/smaps` (proc_pid_smaps(5)). It costs a walk
 * over the tables of pages, and none over addresses that are only reserved.
 *
 * @throws what reading the file throws: ENOENT or ESRCH when the process has ended, EACCES when it may not be looked at
 */
export function regionsOf(pid: number): Region[] {
  const regions: Region[] = []
  let heading: RegExpExecArray | null = null
  let fields = new Map<string, string>()
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'latin1').split('\n')) {
    const next = HEADING.exec(line)
    if (next === null) {
      const colon = line.indexOf(':')
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim())
      continue
    }
    if (heading !== null) regions.push(regionFrom(heading, fields))
    heading = next
    fields = new Map()
  }
  if (heading !== null) regions.push(regionFrom(heading, fields))
  return regions
}

/** Bytes of a process that are in memory, about: `/proc/PID/statm`, in pages (proc_pid_statm(5)). 0 where that is not told. */
export function residentBytes(pid: number): number {
  try {
    return PAGE * Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1])
  } catch {
    return 0
  }
}

function regionFrom(heading: RegExpExecArray, fields: ReadonlyMap<string, string>): Region {
  const [, from = '', to = '', access = '', name = ''] = heading
  const bytes = (field: string): number => KIB * Number.parseInt(fields.get(field) ?? '0', 10)
  const flags = fields.get('VmFlags')?.split(' ') ?? []
  return {
    from: Number.parseInt(from, 16),
    to: Number.parseInt(to, 16),
    access,
    name,
    kind: kindOf(access, name),
    resident: bytes('Rss') + bytes('Swap') + bytes('Shared_Hugetlb') + bytes('Private_Hugetlb'),
    changed: bytes('Anonymous') + bytes('Shared_Dirty') + bytes('Private_Dirty') + bytes('Swap'),
    isDevice: flags.includes('io') || flags.includes('pf'),
  }
}

function kindOf(access: string, name: string): MemoryRegion {
  if (name === '[heap]') return 'heap'
  if (name.startsWith('[stack')) return 'stack'
  if (name.startsWith('/memfd:')) return 'memfd'
  if (
    access.endsWith('s') ||
    name.startsWith('/dev/shm/') ||
    name.startsWith('/SYSV') ||
    name.startsWith('[anon_shmem:')
  )
    return 'shared'
  return name.startsWith('/') ? 'file' : 'anonymous'
}
