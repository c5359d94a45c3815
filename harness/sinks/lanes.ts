/** Work that is done several pieces at a time, by whoever comes across it piece by piece. */
export class Lanes {
  readonly #atOnce: number
  readonly #running = new Set<Promise<void>>()

  constructor(atOnce: number) {
    this.#atOnce = atOnce
  }

  /** Begins `work`, which never rejects. Settles once there is a lane for it, with one lane when it is done. */
  async begin(work: () => Promise<void>): Promise<void> {
    if (this.#atOnce === 1) return work()
    while (this.#running.size >= this.#atOnce) await Promise.race(this.#running)
    const running: Promise<void> = work().finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Settles when all that was begun is done. */
  async done(): Promise<void> {
    await Promise.all(this.#running)
  }
}
