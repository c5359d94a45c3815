import type { Fault } from '../fault.ts'

/** A model that no deployment serves. */
export const unknownModel: Fault = {
  id: 'unknown-model',
  needs: null,
  model: 'lethe/no-such-model',
  apply: request => ({ request }),
}
