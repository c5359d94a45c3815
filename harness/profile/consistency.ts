import { valueAt } from '../document/outline.ts'
import type { Problem } from '../document/problem.ts'

/** What must hold between the parts of a profile. Reads plain data, so that it can speak beside the schema's own problems. */
export function inconsistencies(document: unknown): Problem[] {
  return [
    ...repeatedIds(document, 'sources'),
    ...repeatedIds(document, 'clauses'),
    ...unknownSources(document),
    ...expiredBeforeRead(document),
    ...goneBeforeAvailable(document),
  ]
}

function repeatedIds(document: unknown, list: 'sources' | 'clauses'): Problem[] {
  const seen = new Map<string, number>()
  return entries(document, list).flatMap((entry, index) => {
    const id = textAt(entry, 'id')
    if (id === null) return []
    const earlier = seen.get(id)
    if (earlier === undefined) seen.set(id, index)
    if (earlier === undefined) return []
    const wrong = `${list}[${index}].id ${JSON.stringify(id)} is also that of ${list}[${earlier}]`
    return [{ path: [list, index, 'id'], at: 'value' as const, wrong, mend: 'give it an id of its own' }]
  })
}

function unknownSources(document: unknown): Problem[] {
  const known = entries(document, 'sources').flatMap(source => textAt(source, 'id') ?? [])
  return entries(document, 'clauses').flatMap((clause, index) => {
    const source = textAt(clause, 'source')
    if (source === null || known.includes(source)) return []
    const wrong = `clauses[${index}].source ${JSON.stringify(source)} is not among the sources`
    const mend = known.length === 0 ? 'add it to sources' : `write one of ${known.join(', ')}, or add it to sources`
    return [{ path: ['clauses', index, 'source'], at: 'value' as const, wrong, mend }]
  })
}

function expiredBeforeRead(document: unknown): Problem[] {
  return entries(document, 'sources').flatMap((source, index) => {
    const read = textAt(source, 'read')
    const expires = textAt(source, 'expires')
    if (read === null || expires === null || !isDay(read) || !isDay(expires) || read <= expires) return []
    const wrong = `sources[${index}] expires on ${expires}, before it was read on ${read}`
    const mend = 'write a day on or after the one in read'
    return [{ path: ['sources', index, 'expires'], at: 'value' as const, wrong, mend }]
  })
}

/** What is no day is told by the schema. */
function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text)
}

function goneBeforeAvailable(document: unknown): Problem[] {
  return entries(document, 'clauses').flatMap((clause, index) => {
    const available = textAt(clause, 'rule', 'availableFor')
    const within = textAt(clause, 'rule', 'within')
    if (available === null || within === null || !(milliseconds(available) > milliseconds(within))) return []
    const wrong = `clauses[${index}].rule must be there for ${available}, but gone within ${within}`
    const mend = 'write an availableFor that is not longer than within'
    return [{ path: ['clauses', index, 'rule', 'availableFor'], at: 'value' as const, wrong, mend }]
  })
}

const unitMilliseconds: Record<string, number> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86400e3 }

/** NaN for a text that is no span: the schema speaks of that. */
function milliseconds(span: string): number {
  const parts = /^(\d+)(ms|s|m|h|d)$/.exec(span)
  return Number(parts?.[1]) * (unitMilliseconds[parts?.[2] ?? ''] ?? Number.NaN)
}

function entries(document: unknown, list: string): unknown[] {
  const value = valueAt(document, [list])
  return Array.isArray(value) ? value : []
}

function textAt(value: unknown, ...path: string[]): string | null {
  const text = valueAt(value, path)
  return typeof text === 'string' ? text : null
}
