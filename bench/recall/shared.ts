import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'

/** Servers that several rows use: each is started when it is first asked for, and all are stopped at the end. */
export class Shared implements AsyncDisposable {
  readonly #running = new Map<unknown, Promise<AsyncDisposable>>()
  readonly #base: string

  /** @param base where folders of servers are made; who made it removes it */
  constructor(base: string) {
    this.#base = base
  }

  /** The server that `start` starts in an empty folder: the same for the same function. */
  async get<Server extends AsyncDisposable>(start: (folder: string) => Promise<Server>): Promise<Server> {
    const running = this.#running.get(start) ?? start(mkdtempSync(join(this.#base, 'shared-')))
    this.#running.set(start, running)
    return running as Promise<Server>
  }

  /** Stops what was started, also when one of them cannot be stopped. @throws the first reason */
  async [Symbol.asyncDispose](): Promise<void> {
    // What did not start has nothing to stop, and said so to whoever asked for it.
    const started = (await Promise.allSettled(this.#running.values())).filter(result => result.status === 'fulfilled')
    const stopped = await Promise.allSettled(started.map(({ value }) => value[Symbol.asyncDispose]()))
    for (const result of stopped) if (result.status === 'rejected') throw result.reason
  }
}
