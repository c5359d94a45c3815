import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { LetheError, reasonOf } from '../model/error.ts'

/**
 * Covers the folder with a file system in memory (tmpfs(5)) until its standard input ends, and keeps what was left there:
 * it copies that into the folder itself, which is its working folder all the while. Also when Lethe is killed.
 */
const GUARD = [
  'cd "$1" && mount -t tmpfs -o "size=$2,mode=1777" lethe-full-folder "$1" || exit 1',
  'echo covered; read -r _',
  'cp -a "$1/." .; umount "$1" || umount -l "$1"',
].join('\n')
const COVER_MS = 10_000
const UNCOVER_MS = 20_000

/**
 * Lets a folder be one that holds so few bytes, empty at first, until it is disposed of; what was written meanwhile then
 * lies in the folder itself. Whoever has files open there keeps those that were before.
 * @throws LetheError SINK_DENIED where mounting is not allowed (it takes CAP_SYS_ADMIN)
 */
export async function fullFolder(folder: string, bytes: number): Promise<AsyncDisposable> {
  // A group of its own: Ctrl-C must not end it before the deployment.
  const guard = spawn('/bin/sh', ['-c', GUARD, 'lethe-full-folder', folder, String(bytes)], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    guard[stream].on('data', (chunk: Buffer) => {
      said[stream] += chunk
    })
  }
  const closed = once(guard, 'close')
  const covered = once(guard.stdout, 'data', { signal: AbortSignal.timeout(COVER_MS) })
  try {
    await Promise.race([covered, closed])
    if (!said.stdout.includes('covered')) throw new Error(said.stderr || 'mount ended without a word')
  } catch (cause) {
    await uncovered(guard, closed)
    throw new LetheError('SINK_DENIED', `Cannot mount on ${folder}: ${reasonOf(cause)}.`, 'Run Lethe as root.', {
      cause,
    })
  } finally {
    covered.catch(() => {})
  }
  return { [Symbol.asyncDispose]: () => uncovered(guard, closed) }
}

async function uncovered(guard: ChildProcess, closed: Promise<unknown>): Promise<void> {
  guard.stdin?.on('error', () => {})
  guard.stdin?.end()
  const late = new Promise<'late'>(resolve => setTimeout(resolve, UNCOVER_MS, 'late').unref())
  if ((await Promise.race([closed.catch(() => {}), late])) !== 'late') return
  throw new LetheError('HARNESS', 'A covered folder was not uncovered in time.', `End process ${guard.pid} by hand.`)
}
