import type { z } from 'zod'
import { nearest } from './nearest.ts'
import { schemaPart, valueAt } from './outline.ts'
import { type Problem, pathText } from './problem.ts'

type Issue = z.core.$ZodIssue

/** What zod found wrong with `document`, said for the person who wrote it. An unknown key is a problem of its own. */
export function problemsOf(issues: readonly Issue[], schema: z.ZodType, document: unknown): Problem[] {
  return issues.flatMap(issue => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(key, issue.path, schema, document))
    const value = valueAt(document, issue.path)
    if (value === undefined && issue.path.length > 0) return [missing(issue, schema, document)]
    return [wrongValue(issue, value, schema, document)]
  })
}

function unknownKey(key: string, parent: readonly PropertyKey[], schema: z.ZodType, document: unknown): Problem {
  const { keys } = schemaPart(schema, document, parent)
  const meant = nearest(key, keys)
  const known = keys.length === 0 ? 'remove it' : `remove it; known here: ${keys.join(', ')}`
  return {
    path: [...parent, key],
    at: 'key',
    wrong: `unknown key ${quoted(key)} in ${pathText(parent)}`,
    mend: meant === null ? known : `did you mean ${quoted(meant)}?`,
  }
}

function missing(issue: Issue, schema: z.ZodType, document: unknown): Problem {
  const key = String(issue.path.at(-1))
  const { description } = schemaPart(schema, document, issue.path)
  const what = choices(issue) ?? description ?? expected(issue)
  return {
    path: issue.path,
    at: 'value',
    wrong: `${quoted(key)} is missing in ${pathText(issue.path.slice(0, -1))}`,
    mend: what === null ? `add ${key}:` : `add ${key}: (${what})`,
  }
}

function wrongValue(issue: Issue, value: unknown, schema: z.ZodType, document: unknown): Problem {
  const { description } = schemaPart(schema, document, issue.path)
  return {
    path: issue.path,
    at: 'value',
    wrong: `${pathText(issue.path)} is ${valueText(value)}${explanation(issue)}`,
    mend: mendOf(issue, value, description) ?? (description === null ? issue.message : `write ${description}`),
  }
}

/** What the value violates, where the value alone does not show it. */
function explanation(issue: Issue): string {
  if (issue.code === 'too_small') return issue.origin === 'number' ? ', too small' : ', too short'
  if (issue.code === 'too_big') return issue.origin === 'number' ? ', too large' : ', too long'
  if (issue.code === 'invalid_type') return `, not ${article(issue.expected)}`
  return ''
}

function mendOf(issue: Issue, value: unknown, description: string | null): string | null {
  const options = optionsOf(issue)
  if (options !== null) {
    const meant = typeof value === 'string' ? nearest(value, options) : null
    return meant === null ? choices(issue) : `did you mean ${quoted(meant)}? (${choices(issue)})`
  }
  if (issue.code === 'too_small')
    return `write ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`
  if (issue.code === 'too_big')
    return `write ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`
  if (issue.code === 'invalid_type')
    return `write ${article(issue.expected)}${description === null ? '' : `: ${description}`}`
  if (issue.code === 'invalid_union') return unionMend(issue)
  if (issue.code === 'invalid_format' && forms[issue.format] !== undefined) return `write ${forms[issue.format]}`
  return /^write /.test(issue.message) ? issue.message : null
}

const forms: Record<string, string> = {
  date: 'a day, YYYY-MM-DD',
  url: 'a whole URL, such as https://example.org/page',
}

function unionMend(issue: Extract<Issue, { code: 'invalid_union' }>): string | null {
  const first = issue.errors.map(branch => branch[0]).filter(found => found !== undefined)
  const forms = first.map(found => choices(found) ?? expected(found) ?? found.message)
  return forms.length === 0 ? null : `write ${[...new Set(forms)].join(', or ')}`
}

function optionsOf(issue: Issue): string[] | null {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  // zod names the options of a discriminator that matches none, but its type does not.
  const options: unknown = issue.code === 'invalid_union' && 'options' in issue ? issue.options : null
  return Array.isArray(options) && options.length > 0 ? options.map(String) : null
}

function choices(issue: Issue): string | null {
  const options = optionsOf(issue)
  if (options === null) return null
  return options.length === 1 ? String(options[0]) : `one of ${options.join(', ')}`
}

function expected(issue: Issue): string | null {
  return issue.code === 'invalid_type' ? article(issue.expected) : null
}

const names: Record<string, string> = {
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  int: 'a whole number',
  boolean: 'true or false',
  string: 'a text',
}

function article(type: string): string {
  return names[type] ?? `a ${type}`
}

const units: Record<string, [one: string, many: string]> = {
  array: [' entry', ' entries'],
  string: [' character', ' characters'],
}

function amount(limit: number | bigint, origin: string): string {
  return `${limit}${units[origin]?.[limit === 1 ? 0 : 1] ?? ''}`
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'a mapping'
  if (value === null || value === undefined) return 'empty'
  return typeof value === 'string' ? quoted(value) : String(value)
}

const LONGEST_QUOTE = 60

function quoted(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text)
}
