import type { Fault } from '../fault.ts'

/** Over the body limits of common servers and proxies, and over every context window. */
const excess = 8 * 1024 * 1024

/** A body of more than 8 MiB: its longest text keeps its canaries at the head, in the middle and at the tail. */
export const overLength: Fault = {
  id: 'over-length',
  needs: null,
  isLong: true,
  apply: request => ({ request, padding: excess }),
}
