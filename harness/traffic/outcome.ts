import type { Outcome } from '../model/exchange.ts'
import type { Answer, Ending } from './transport.ts'

/** How an exchange ended, and why where that is not obvious. */
export interface Conclusion {
  readonly outcome: Outcome
  readonly note: string | null
}

const reasons: Record<Ending, string | null> = {
  whole: null,
  cut: 'the connection ended within the answer',
  'too-long': 'the answer passed the limit of bytes',
  'timed-out': 'no whole answer within the time for a request',
  'hung-up': 'hung up on purpose',
  interrupted: 'the run was interrupted',
  'not-http': 'what came was not HTTP',
  'no-answer': 'no answer',
}

const outcomes: Partial<Record<Ending, Outcome>> = {
  'hung-up': 'aborted',
  interrupted: 'aborted',
  'not-http': 'garbled',
  'no-answer': 'unreachable',
}

/** Concludes from an answer; `valid` says whether its body is of the protocol, should it be a whole 2xx one. */
export function outcomeOf(answer: Answer, valid: boolean): Conclusion {
  const { status, ending } = answer
  const note = [reasons[ending], answer.code].filter(Boolean).join(': ') || null
  const early = outcomes[ending]
  if (early) return { outcome: early, note }
  if (status !== null && status >= 500) return { outcome: 'failed', note }
  if (status !== null && status >= 400) return { outcome: 'refused', note }
  if (ending === 'timed-out') return { outcome: 'timed-out', note }
  if (ending !== 'whole') return { outcome: 'garbled', note }
  if (status === null || status < 200 || status > 299) return { outcome: 'garbled', note: `status ${status}` }
  if (!valid) return { outcome: 'garbled', note: 'the answer is not of the protocol' }
  return { outcome: 'answered', note }
}
