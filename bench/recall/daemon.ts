import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

const START_MS = 45_000
const STOP_MS = 15_000
const POLL_MS = 50
const LAST_WORDS = 600

/** A server of a row's own: ended when it is disposed of, and by the kernel when this process ends in whatever way. */
export interface Daemon extends AsyncDisposable {
  /** Waits until it has ended by itself, or ends it. */
  stop(): Promise<void>
}

/**
 * @param isReady asked until it is true
 * @throws Error when the server ends before, or is not ready in time; it is stopped then
 */
export async function startDaemon(command: string, args: readonly string[], isReady: () => boolean): Promise<Daemon> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit').catch((error: unknown) => [error])
  let lastWords = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      lastWords = (lastWords + part).slice(-LAST_WORDS)
    })
  }
  const hasEnded = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  const stop = async (): Promise<void> => {
    if (hasEnded()) return
    child.kill('SIGTERM')
    if ((await Promise.race([ended, sleep(STOP_MS, null, { ref: false })])) !== null) return
    child.kill('SIGKILL')
    await ended
  }
  const deadline = performance.now() + START_MS
  while (!isReady()) {
    if (!hasEnded() && performance.now() < deadline) await sleep(POLL_MS)
    else {
      await stop()
      throw new Error(`${command} is not ready: ${lastWords}`)
    }
  }
  return { stop, [Symbol.asyncDispose]: stop }
}
