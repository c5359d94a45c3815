import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LetheError, reasonOf } from '../model/error.ts'

/**
 * Covers the folder with a file system in memory (tmpfs(5)) until its standard input ends, and keeps what was left there:
 * it copies that into the folder itself, which is its working folder all the while. Also when Lethe is killed.
 */
const GUARD = [
  'cd "$1" && mount -t tmpfs -o "size=$2,mode=1777" lethe-full-folder "$1" || exit 1',
  'echo covered; read -r _',
  'cp -a "$1/." .; kept=$?; umount "$1" || umount -l "$1"; exit "$kept"',
].join('\n')
const COVER_MS = 10_000
const UNCOVER_MS = 20_000

/** Why no folder can be made full here, or null: tried on one of our own. */
export async function whyNotFull(): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-full-'))
  try {
    const full = await fullFolder(folder, 4096)
    await full[Symbol.asyncDispose]()
    return null
  } catch (error) {
    return reasonOf(error)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Lets a folder be one that holds so few bytes, empty at first, until it is disposed of; what was written meanwhile then
 * lies in the folder itself. Whoever has files open there keeps those that were before.
 * @throws LetheError SINK_DENIED where mounting is not allowed (it takes CAP_SYS_ADMIN); its disposal LetheError HARNESS
 * where what was left could not be kept
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
  // It may have ended before we tell it to.
  guard.stdin.on('error', () => {})
  const covered = once(guard.stdout, 'data', { signal: AbortSignal.timeout(COVER_MS) })
  try {
    await Promise.race([covered, closed])
    if (!said.stdout.includes('covered')) throw new Error(said.stderr || 'mount ended without a word')
  } catch (cause) {
    guard.stdin.end()
    await within(closed, UNCOVER_MS)
    throw new LetheError('SINK_DENIED', `Cannot mount on ${folder}: ${reasonOf(cause)}.`, 'Run Lethe as root.', {
      cause,
    })
  } finally {
    covered.catch(() => {})
  }
  return { [Symbol.asyncDispose]: () => uncover(guard, closed, said) }
}

async function uncover(guard: ChildProcess, closed: Promise<unknown>, said: { stderr: string }): Promise<void> {
  guard.stdin?.end()
  const inTime = await within(closed, UNCOVER_MS)
  if (inTime && guard.exitCode === 0) return
  throw new LetheError(
    'HARNESS',
    `What was left in a full folder could not be kept: ${reasonOf(said.stderr) || 'not in time'}.`,
    inTime ? 'Make room there, and run again.' : `End process ${guard.pid} by hand.`,
  )
}

async function within(ended: Promise<unknown>, ms: number): Promise<boolean> {
  const late = sleep(ms, false, { ref: false })
  return Promise.race([ended.then(() => true).catch(() => true), late])
}
