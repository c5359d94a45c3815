import type { Placeholders } from './placeholders.ts'

/** Starts and stops what is tested: prepare, start, stop; where it can crash, also start again after either. */
export interface Driver {
  readonly name: 'external' | 'process'
  /** makes folders and chooses a port; the values for the configuration's placeholders */
  prepare(): Promise<Placeholders>
  /**
   * Returns once the deployment answers; a further start is in the same folders, on the same port.
   * @throws LetheError DEPLOYMENT_START, in bounded time
   */
  start(placeholders: Placeholders): Promise<void>
  /** why the deployment is no longer there, or null while it is (or while that cannot be known) */
  incident(): string | null
  /** pids of which all its processes descend; empty while there are none, and where nobody told them */
  roots(): readonly number[]
  /**
   * Sends the signal to each of the deployment's processes, as `pids` gives them, and ends what is left after a while:
   * a death that is no incident. null where Lethe does not start the deployment.
   */
  readonly crash: ((signal: NodeJS.Signals, pids: () => readonly number[]) => Promise<void>) | null
  /** ends every process of the deployment, in bounded time; idempotent */
  stop(): Promise<void>
  /** removes what `prepare` made; idempotent */
  clean(): Promise<void>
}
