import type { Outcome } from './matrix.ts'

/**
 * What makes a run of the matrix red, a sentence each: a row that is not found and no known gap, a known gap that is found
 * by now, a false alarm, a row that could not be made though its tool is there, or one of which nothing proves that it
 * holds the canary.
 * @param gaps reasons by names of rows
 */
export function problemsOf(outcomes: readonly Outcome[], gaps: ReadonlyMap<string, string>): string[] {
  return outcomes.flatMap(({ row, result }) => {
    if ('notMade' in result) return []
    if ('failed' in result) return [`${row.name}: it could not be made: ${result.failed}`]
    const isReached = result.sight === (row.most ?? 'found')
    const problems = result.falseAlarms.map(via => `${row.name}: false alarm in the twin (${via})`)
    if (!isReached && !gaps.has(row.name)) problems.push(`${row.name}: ${result.sight}, and no known gap`)
    if (isReached && gaps.has(row.name)) problems.push(`${row.name}: found; take it off the known gaps`)
    if (!result.proven) problems.push(`${row.name}: nothing proves that its files hold the canary`)
    return problems
  })
}

/** Known gaps that are no row (any more). */
export function strayGaps(gaps: ReadonlyMap<string, string>, names: readonly string[]): string[] {
  return [...gaps.keys()].filter(name => !names.includes(name)).map(name => `${name}: a known gap, but no row`)
}
