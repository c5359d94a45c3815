import { LetheError } from '../model/error.ts'
import type { SurfaceRequest } from './surface.ts'

/** The JSON value that a request sends. @throws LetheError HARNESS for a body of another kind */
export function jsonBody(request: SurfaceRequest): unknown {
  if (request.body.kind === 'json') return request.body.value
  throw new LetheError(
    'HARNESS',
    `A fault needs a JSON body, and ${request.path.split('?')[0]} has a ${request.body.kind} one.`,
    'Let the first variant of the surface have a JSON body.',
  )
}
