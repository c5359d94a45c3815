import { Results } from '../harness/model/finding.ts'

/**
 * `results.json`: keys in the order of the schema, names of outcomes and faults sorted, 2 spaces, a newline at the end.
 * @throws ZodError when the results are not of their schema: a defect of the caller
 */
export function renderJson(results: Results): string {
  const ordered = Results.parse(results)
  const { outcomes, faults } = ordered.traffic
  const traffic = { ...ordered.traffic, outcomes: sorted(outcomes), faults: sorted(faults) }
  return `${JSON.stringify({ ...ordered, traffic }, null, 2)}\n`
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
}
