import type { History } from './history.ts'
import type { Progress, Stage } from './progress.ts'

/** The stages of one collection, told as they begin and end, and what went wrong with the deployment in them. */
export class Stages {
  readonly #history: History
  readonly #progress: Progress
  readonly #signal: AbortSignal

  constructor({ history, progress, signal }: { history: History; progress: Progress; signal: AbortSignal }) {
    this.#history = history
    this.#progress = progress
    this.#signal = signal
  }

  /** @param work returns one line about what came of it. @throws what `work` throws, and when the run is interrupted */
  async run(stage: Stage, work: () => Promise<string>): Promise<void> {
    this.#signal.throwIfAborted()
    this.#progress.begin(stage)
    this.#progress.end(stage, await work())
  }

  detail(stage: Stage, text: string): void {
    this.#progress.detail(stage, text)
  }

  async incident(text: string): Promise<void> {
    await this.#history.update({ incidents: [...this.#history.meta.incidents, text] })
  }
}
