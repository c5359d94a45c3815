import { readFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute } from 'node:path'

/** Where the kernel sends core dumps (core(5)). */
export type CoreDumps =
  /** `folder` is null where it is the working folder of the process */
  | { readonly kind: 'file'; readonly pattern: string; readonly folder: string | null; readonly name: RegExp }
  /** a program takes them: it keeps them in these folders, or nobody knows where */
  | { readonly kind: 'program'; readonly pattern: string; readonly folders: readonly string[] | null }
  /** nothing is dumped, or what is dumped is thrown away */
  | { readonly kind: 'nowhere'; readonly pattern: string }

/** Programs that are known to take core dumps, and where they keep them. */
const COLLECTORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['systemd-coredump', ['/var/lib/systemd/coredump']],
  ['apport', ['/var/crash', '/var/lib/apport/coredump']],
  ['abrt-hook-ccpp', ['/var/spool/abrt', '/var/tmp/abrt']],
  ['false', []],
  ['true', []],
])

/** Where this machine sends them; null on one that does not tell. */
export async function coreDumps(): Promise<CoreDumps | null> {
  const pattern = await readFile('/proc/sys/kernel/core_pattern', 'utf8').catch(() => null)
  return pattern === null ? null : parseCorePattern(pattern.replace(/\n$/, ''))
}

export function parseCorePattern(pattern: string): CoreDumps {
  // An empty one dumps only where core_uses_pid is set, as `.PID`.
  if (pattern === '') return { kind: 'file', pattern, folder: null, name: /^\.\d+$/ }
  if (!pattern.startsWith('|') && !pattern.startsWith('@')) {
    const folder = isAbsolute(pattern) ? dirname(pattern) : null
    return { kind: 'file', pattern, folder, name: nameOf(basename(pattern)) }
  }
  const program = basename(pattern.slice(1).trim().split(/\s+/)[0] ?? '')
  const folders = pattern.startsWith('|') ? (COLLECTORS.get(program) ?? null) : null
  return folders?.length === 0 ? { kind: 'nowhere', pattern } : { kind: 'program', pattern, folders }
}

/** A file name by its template: `%p` and the like stand for anything, and core_uses_pid may add the pid. */
function nameOf(template: string): RegExp {
  const parts = template.split(/%(.)/s).map((part, index) => {
    if (index % 2 === 1) return part === '%' ? '%' : '.*'
    return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}(\\.\\d+)?$`, 's')
}

/** Whether systemd-coredump keeps them in the journal, where no file of its own shows them (coredump.conf(5)). */
export async function isKeptInJournal(
  files = ['/usr/lib/systemd/coredump.conf', '/etc/systemd/coredump.conf'],
): Promise<boolean> {
  let storage = 'external'
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '')
    storage = [...text.matchAll(/^[ \t]*Storage[ \t]*=[ \t]*(\w+)/gm)].at(-1)?.[1] ?? storage
  }
  return storage === 'journal'
}
