import { randomUUID } from 'node:crypto'

/** What is added to the start of a deployment that Lethe starts itself. Read at each of its starts. */
export class Launch {
  /** stands in the environment of the deployment and of all its children that do not drop it */
  readonly mark = { variable: 'LETHE_DEPLOYMENT', value: randomUUID() }
  readonly #environment: Record<string, string> = {}
  #wrapper: readonly string[] = []

  /** Puts a variable into the deployment's environment. */
  setVariable(name: string, value: string): void {
    this.#environment[name] = value
  }

  /** Starts the deployment by this program and its arguments, as `strace -f …` does. */
  wrapIn(command: readonly string[]): void {
    this.#wrapper = [...this.#wrapper, ...command]
  }

  environment(): Record<string, string> {
    return { ...this.#environment, [this.mark.variable]: this.mark.value }
  }

  wrapped(command: readonly string[]): string[] {
    return [...this.#wrapper, ...command]
  }
}
