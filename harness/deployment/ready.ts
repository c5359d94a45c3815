import { setTimeout as sleep } from 'node:timers/promises'
import { LetheError } from '../model/error.ts'

interface Patience {
  /** milliseconds */
  readonly within: number
  readonly signal: AbortSignal
  /** why waiting is of no use any more, or null */
  readonly ended: () => string | null
}

const STEP_MS = 50

/** Waits until an HTTP server answers at `url`, with any status. @throws LetheError DEPLOYMENT_START */
export async function untilReady(url: URL, { within, signal, ended }: Patience): Promise<void> {
  const deadline = Date.now() + within
  while (Date.now() < deadline) {
    if (await answers(url, deadline, signal)) return
    const why = ended()
    if (why !== null) throw notStarted(`The deployment ${why} before it was ready.`)
    await sleep(STEP_MS, undefined, { signal })
  }
  throw notStarted(`The deployment did not answer at ${url.origin}${url.pathname} within ${within / 1000} s.`)
}

async function answers(url: URL, deadline: number, signal: AbortSignal): Promise<boolean> {
  const left = Math.max(1, deadline - Date.now())
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(left)]),
      redirect: 'manual',
    })
    await response.body?.cancel()
    return true
  } catch {
    signal.throwIfAborted()
    return false
  }
}

function notStarted(message: string): LetheError {
  return new LetheError(
    'DEPLOYMENT_START',
    message,
    'Start it by hand with the same command and environment, and check baseUrl and ready.path.',
  )
}
