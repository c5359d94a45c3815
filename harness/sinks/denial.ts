import { LetheError, reasonOf } from '../model/error.ts'

/** The code of a system error such as `ENOENT`, or null. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

/** What a path that cannot be used means for a sink: out of sight (SINK_DENIED), or not there (SINK_UNREACHABLE). */
export function pathError(error: unknown, path: string, mend: string): LetheError {
  const denied = ['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')
  return new LetheError(denied ? 'SINK_DENIED' : 'SINK_UNREACHABLE', `Cannot use ${path}: ${reasonOf(error)}.`, mend, {
    cause: error,
  })
}
