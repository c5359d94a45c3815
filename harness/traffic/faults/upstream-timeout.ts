import type { Fault } from '../fault.ts'

/** The upstream takes the request and never answers. */
export const upstreamTimeout: Fault = {
  id: 'upstream-timeout',
  needs: 'upstream',
  apply: request => ({ request, upstream: 'stall' }),
}
