/** Exit codes of every command: the stable contract of the command line. */
export const EXIT = { pass: 0, violated: 1, usage: 2, inconclusive: 3, harness: 4, interrupted: 130 } as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What went wrong, as a code that scripts can match. Codes may be added, never renamed. */
export type ErrorCode =
  | 'USAGE'
  | 'CONFIG_INVALID'
  | 'PROFILE_INVALID'
  | 'RUN_UNREADABLE'
  | 'KEY_UNREADABLE'
  | 'OUT_UNWRITABLE'
  | 'RUN_UNWRITABLE'
  | 'SERVICE_START'
  | 'DEPLOYMENT_START'
  | 'SINK_DENIED'
  | 'SINK_UNREACHABLE'
  | 'INTERRUPTED'
  | 'HARNESS'

const exitOf: Partial<Record<ErrorCode, ExitCode>> = {
  USAGE: EXIT.usage,
  CONFIG_INVALID: EXIT.usage,
  PROFILE_INVALID: EXIT.usage,
  RUN_UNREADABLE: EXIT.usage,
  KEY_UNREADABLE: EXIT.usage,
  OUT_UNWRITABLE: EXIT.usage,
  INTERRUPTED: EXIT.interrupted,
}

/** An error that a person can act on: the message says what failed and why, `mend` says what to do. */
export class LetheError extends Error {
  readonly code: ErrorCode
  readonly mend: string

  constructor(code: ErrorCode, message: string, mend: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LetheError'
    this.code = code
    this.mend = mend
  }

  get exitCode(): ExitCode {
    return exitOf[this.code] ?? EXIT.harness
  }
}

/** The code for an output that could not be written: a full disk (errno(3)) is a failure on the way, all else a wrong path. */
export function codeOfUnwritten(cause: unknown): 'RUN_UNWRITABLE' | 'OUT_UNWRITABLE' {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'RUN_UNWRITABLE' : 'OUT_UNWRITABLE'
}

/** The message of anything that was thrown, on one line. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.replace(/\s+/g, ' ').trim()
}
