export interface Budget {
  /** milliseconds */
  readonly within: number
  /** aborted when the run is interrupted */
  readonly signal: AbortSignal
}

/**
 * Runs work that must end. `work` is given a signal that is aborted when the time is up or the run is interrupted, and
 * should stop at its next step; work that cannot (a read that hangs) is left behind.
 *
 * @returns null when the work was done, else why it was cut. What the work throws is thrown.
 */
export async function withinBudget(
  budget: Budget,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<string | null> {
  const time = new AbortController()
  const timer = setTimeout(() => time.abort(), budget.within)
  const signal = AbortSignal.any([budget.signal, time.signal])
  const cut = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => cut.resolve(), { once: true })
  if (signal.aborted) cut.resolve()
  const running = work(signal)
  running.catch(() => {})
  try {
    await Promise.race([running, cut.promise.then(() => graceFor(running))])
  } finally {
    clearTimeout(timer)
  }
  if (budget.signal.aborted) return 'the run was interrupted'
  return time.signal.aborted ? `the time of ${budget.within / 1000} s was up` : null
}

const GRACE_MS = 1000

/** Lets work that has been told to stop come to its end, for a moment. */
async function graceFor(running: Promise<void>): Promise<void> {
  const grace = Promise.withResolvers<void>()
  const timer = setTimeout(() => grace.resolve(), GRACE_MS)
  await Promise.race([running, grace.promise])
  clearTimeout(timer)
}
