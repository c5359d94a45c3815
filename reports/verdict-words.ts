import type { Results, Verdict } from '../harness/model/finding.ts'
import { count, counted } from './amounts.ts'
import { type ClauseSummary, tally } from './clause-summary.ts'

/** A verdict as people read it: a sign that needs no colour, and a word. */
export const verdictWords: Readonly<Record<Verdict, { readonly sign: string; readonly word: string }>> = {
  fail: { sign: '✗', word: 'violated' },
  inconclusive: { sign: '?', word: 'inconclusive' },
  pass: { sign: '✓', word: 'kept' },
  'not-applicable': { sign: '–', word: 'not applicable' },
}

export interface Headline {
  /** for colours: a run that cannot be trusted counts as a failure */
  readonly verdict: Verdict
  readonly title: string
  readonly sentence: string
}

/** The verdict on the whole run in a word and a sentence. */
export function headline(results: Results, clauses: readonly ClauseSummary[]): Headline {
  const numbers = tally(clauses)
  const parts = (['fail', 'pass', 'inconclusive', 'not-applicable'] as const)
    .filter(verdict => numbers[verdict] > 0)
    .map(verdict => `${count(numbers[verdict])} ${verdictWords[verdict].word}`)
  const sentence = `${counted(clauses.length, 'clause')}: ${parts.length === 0 ? 'none judged' : parts.join(', ')}.`
  if (results.invalid.length > 0) return { verdict: 'fail', title: 'Not to be trusted', sentence }
  return { verdict: results.verdict, title: titles[results.verdict], sentence }
}

const titles: Readonly<Record<Verdict, string>> = {
  fail: 'Promises violated',
  inconclusive: 'Inconclusive',
  pass: 'Promises kept',
  'not-applicable': 'Nothing to judge',
}
