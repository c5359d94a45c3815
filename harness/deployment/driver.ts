import type { Placeholders } from './placeholders.ts'

/** Starts and stops what is tested. One life each: prepare, start, stop. */
export interface Driver {
  readonly name: 'external' | 'process'
  /** makes folders and chooses a port; the values for the configuration's placeholders */
  prepare(): Promise<Placeholders>
  /** returns once the deployment answers. @throws LetheError DEPLOYMENT_START, in bounded time */
  start(placeholders: Placeholders): Promise<void>
  /** why the deployment is no longer there, or null while it is (or while that cannot be known) */
  incident(): string | null
  /** pids of which all its processes descend; empty while there are none, and where nobody told them */
  roots(): readonly number[]
  /** ends every process of the deployment, in bounded time; idempotent */
  stop(): Promise<void>
  /** removes what `prepare` made; idempotent */
  clean(): Promise<void>
}
