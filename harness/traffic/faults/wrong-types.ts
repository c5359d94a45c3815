import type { Fault } from '../fault.ts'
import { jsonBody } from '../json-body.ts'

/** Keeps what chooses the code path, so that the rest is validated, and refused, where it usually is. */
const kept = new Set(['model', 'stream'])

/** Valid JSON in which every field has a type that it must not have: a list is an object, a number a word, a text an object. */
export const wrongTypes: Fault = {
  id: 'wrong-types',
  needs: null,
  apply(request) {
    const fields = Object.entries(jsonBody(request) ?? {})
    const value = Object.fromEntries(fields.map(([name, field]) => [name, kept.has(name) ? field : mistyped(field)]))
    return { request: { ...request, body: { kind: 'json', value } } }
  },
}

function mistyped(value: unknown): unknown {
  if (typeof value === 'number') return 'warm'
  if (typeof value === 'string' || Array.isArray(value)) return { content: value }
  return [value]
}
