import type { Driver } from '../driver.ts'
import { fill } from '../placeholders.ts'
import { untilReady } from '../ready.ts'

/** A deployment that runs already: Lethe starts and stops nothing. It must answer within 10 s. */
export function externalDriver(
  declared: { readonly baseUrl: string; readonly pids: readonly number[] },
  signal: AbortSignal,
): Driver {
  return {
    name: 'external',
    prepare: async () => ({}),
    start: async placeholders => {
      const url = new URL('/', fill(declared.baseUrl, placeholders))
      await untilReady(url, { within: 10_000, signal, ended: () => null })
    },
    incident: () => null,
    roots: () => declared.pids,
    crash: null,
    stop: async () => {},
    clean: async () => {},
  }
}
