import type { Fault } from '../fault.ts'

/** The upstream fails, and its error text quotes the end of the prompt. */
export const upstream500: Fault = {
  id: 'upstream-500',
  needs: 'upstream',
  apply: request => ({ request, upstream: 'fail' }),
}
