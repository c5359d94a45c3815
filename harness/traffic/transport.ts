import type { IncomingHttpHeaders } from 'node:http'
import type { Wire } from './wire.ts'

/**
 * How an attempt ended. `whole`: with the last byte of the answer. `cut`: the connection ended within the answer.
 * `too-long`: the answer passed the limit. `not-http`: what came was not HTTP. `no-answer`: no connection, or it
 * ended before an answer. `hung-up`: by us, on purpose.
 */
export type Ending = 'whole' | 'cut' | 'too-long' | 'timed-out' | 'hung-up' | 'interrupted' | 'not-http' | 'no-answer'

/** What came back, as far as it came. */
export interface Answer {
  /** null where no head of an answer came */
  readonly status: number | null
  readonly headers: Readonly<Record<string, string>>
  /** decompressed, at most `limit` bytes */
  readonly body: Uint8Array
  readonly ending: Ending
  /** a short code such as `ECONNREFUSED`, never text of the answer */
  readonly code: string | null
  /** when the head of the answer came */
  readonly answeredAt: Date | null
}

/** What bounds one attempt. */
export interface Bounds {
  /** for the whole attempt, whatever the server does */
  readonly timeoutMs: number
  /** most bytes of an answer */
  readonly limit: number
  /** aborted when the run is interrupted */
  readonly signal: AbortSignal
  readonly now: () => Date
  /** hang up after this many body chunks of a 2xx answer */
  readonly abortAfterChunks?: number | undefined
  /** called when the request has left, to its last byte; only by the transport that sends in pieces */
  readonly onSent?: (() => void) | undefined
  /** called at each body chunk of a 2xx answer; only by the transport that sends in pieces */
  readonly onChunk?: (() => void) | undefined
}

/** Sends one request and never throws: whatever the server does is an answer that ended in some way. */
export type Transport = (baseUrl: string, wire: Wire, bounds: Bounds) => Promise<Answer>

/** The error code of anything that was thrown by an HTTP client; never its message, which may quote the answer. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN'
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error.cause) return codeOf(error.cause)
  // supertest turns the code of a failed connection into the start of a message.
  return /^(E[A-Z]+): /.exec(error.message)?.[1] ?? error.name
}

/** Why an attempt ended that threw `code`, where nothing of our own ended it. */
export function endingOf(code: string, headCame: boolean): Ending {
  if (code === 'ETOOLARGE') return 'too-long'
  if (code.startsWith('HPE_') || code === 'HTTPParserError') return 'not-http'
  if (code.startsWith('Z_')) return 'cut'
  return headCame ? 'cut' : 'no-answer'
}

/** Headers of Node's client, each as one text. */
export function flatHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
