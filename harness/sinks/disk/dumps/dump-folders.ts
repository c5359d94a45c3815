import { readFile, readlink, stat } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import type { ProcessEntry } from '../../processes/process-table.ts'

/** A folder in which dumps may lie. */
export interface DumpFolder {
  readonly path: string
  /** names of dumps in it, as whole names */
  readonly names: readonly RegExp[]
  /** why they may lie there */
  readonly because: string
  /** somebody said that dumps lie there: without it, nobody knows where they do */
  readonly mustBeThere?: true
}

/** Names that runtimes give: cores; Node's snapshots, profiles and reports; Java's and OpenJ9's; minidumps. */
export const RUNTIME_NAMES: readonly RegExp[] = [
  /^(vg)?core([._-].*)?$|^coredump\..*$/s,
  /^(Heap.*\.heapsnapshot|Heap.*\.heapprofile|CPU.*\.cpuprofile|report\..*\.json|isolate.*\.log|node_trace\..*\.log)$/s,
  /^(hs_err_pid.*\.log|replay_pid.*\.log|.*\.hprof|javacore\..*\.txt|heapdump\..*\.phd|Snap\..*\.trc)$/s,
  /^.*\.(dmp|mdmp)$/s,
]

/** Options that name a folder or a file for dumps, on the command line or in one of `VARIABLES`. */
const OPTIONS =
  /(?:^|\s)(?:--(?:diagnostic-dir|report-directory|report-dir|report-filename|heap-prof-dir|cpu-prof-dir|trace-event-file-pattern)[= ]|-XX:(?:HeapDumpPath|ErrorFile)=)(\S+)/g
const VARIABLES = ['NODE_OPTIONS', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', '_JAVA_OPTIONS']
const FILE_VARIABLES = ['DOTNET_DbgMiniDumpName', 'COMPlus_DbgMiniDumpName']

/**
 * The folders into which a process and its runtime would dump: its working folder, its TMPDIR, and those that its options name.
 *
 * @param core names of core dumps in its working folder
 * @throws a system error when the process cannot be looked at, or has ended
 */
export async function dumpFoldersOf({ pid, name }: ProcessEntry, core: readonly RegExp[]): Promise<DumpFolder[]> {
  const root = await rootOf(pid)
  const cwd = await readlink(`/proc/${pid}/cwd`)
  if (cwd.endsWith(' (deleted)')) return []
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
  const environment = new Map((await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map(entryOf))
  const names = [...RUNTIME_NAMES, ...core]
  const found: DumpFolder[] = [{ path: `${root}${cwd}`, names, because: `working folder of ${name} (${pid})` }]
  const temporary = resolve(cwd, environment.get('TMPDIR') || '/tmp')
  found.push({ path: `${root}${temporary}`, names: RUNTIME_NAMES, because: `temporary folder of ${name} (${pid})` })
  for (const named of namedPaths(words, environment)) {
    found.push(await folderOf(`${root}${resolve(cwd, named)}`, `an option of ${name} (${pid})`))
  }
  return found
}

/** Paths for dumps that options and variables name. */
export function namedPaths(words: readonly string[], environment: ReadonlyMap<string, string>): string[] {
  const options = [words.join(' '), ...VARIABLES.map(variable => environment.get(variable) ?? '')]
  const named = options.flatMap(text => [...text.matchAll(OPTIONS)].map(([, path = '']) => path.replace(/^"|"$/g, '')))
  return [...named, ...FILE_VARIABLES.flatMap(variable => environment.get(variable) ?? [])].filter(path => path !== '')
}

/** What an option names is a folder, or a file whose name may hold `%p` and the like. */
async function folderOf(path: string, because: string): Promise<DumpFolder> {
  const isFolder = await stat(path).then(
    stats => stats.isDirectory(),
    () => false,
  )
  if (isFolder) return { path, names: [/^.*$/s], because }
  const template = basename(path).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const exact = new RegExp(`^${template.replace(/%.|\\\$\\\{\w+\\\}/g, '.*')}$`, 's')
  return { path: dirname(path), names: [...RUNTIME_NAMES, exact], because }
}

/** What stands before the paths of a process with mounts of its own (a container), to reach them from here. */
async function rootOf(pid: number): Promise<string> {
  const [own, theirs] = await Promise.all([readlink('/proc/self/ns/mnt'), readlink(`/proc/${pid}/ns/mnt`)])
  return own === theirs ? '' : `/proc/${pid}/root`
}

function entryOf(line: string): [string, string] {
  const at = line.indexOf('=')
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}
