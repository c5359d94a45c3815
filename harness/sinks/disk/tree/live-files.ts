import { setTimeout as sleep } from 'node:timers/promises'

const MOST_AT_ONCE = 16
const MOST_WAITING = 100_000

/**
 * Runs `look` for each path that has changed, as soon as it can: a path that changes again meanwhile is looked at
 * again. `look` says how long to leave that path alone afterwards, in milliseconds.
 */
export class LiveFiles {
  readonly #look: (path: string) => Promise<number>
  readonly #onOverflow: () => void
  readonly #signal: AbortSignal
  readonly #waiting = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()

  constructor(options: { look: (path: string) => Promise<number>; onOverflow: () => void; signal: AbortSignal }) {
    this.#look = options.look
    this.#onOverflow = options.onOverflow
    this.#signal = options.signal
  }

  changed(path: string): void {
    if (this.#signal.aborted) return
    if (this.#waiting.size < MOST_WAITING) this.#waiting.add(path)
    else this.#onOverflow()
    this.#startMore()
  }

  /** Waits until everything that had changed when it was called has been looked at. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running.values())
  }

  #startMore(): void {
    for (const path of this.#waiting) {
      if (this.#running.size >= MOST_AT_ONCE) return
      if (this.#running.has(path)) continue
      this.#waiting.delete(path)
      this.#running.set(path, this.#run(path))
    }
  }

  async #run(path: string): Promise<void> {
    const rest = await this.#look(path)
    if (rest > 0) await sleep(rest, undefined, { signal: this.#signal }).catch(() => {})
    this.#running.delete(path)
    if (this.#signal.aborted) this.#waiting.clear()
    this.#startMore()
  }
}
