import type { z } from 'zod'
import { type ErrorCode, LetheError } from '../model/error.ts'
import { problemsOf } from './issues.ts'
import type { Position, Problem } from './problem.ts'
import { readYaml } from './yaml.ts'

const MOST_PROBLEMS = 50

/**
 * A document of `schema` from its YAML text. `check` may add what a schema cannot say; it is given the plain data even
 * where the schema refused it.
 * @throws LetheError `code` with every problem, one a line, as `path:line:column: what is wrong`
 */
export function parseYaml<S extends z.ZodType>(
  text: string,
  path: string,
  schema: S,
  code: ErrorCode,
  check: (document: unknown) => Problem[] = () => [],
): z.output<S> {
  const yaml = readYaml(text)
  if (yaml.problems.length > 0) throw invalid(code, path, yaml.positionOf, yaml.problems)
  const parsed = schema.safeParse(yaml.value)
  const found = parsed.success ? [] : problemsOf(parsed.error.issues, schema, yaml.value)
  const problems = [...found, ...check(yaml.value)]
  if (!parsed.success || problems.length > 0) throw invalid(code, path, yaml.positionOf, problems)
  return parsed.data
}

/** All problems of one file as one error, in the order in which they stand in it; `mend` has a line for each. */
export function invalid(
  code: ErrorCode,
  path: string,
  positionOf: (problem: Problem) => Position,
  problems: readonly Problem[],
): LetheError {
  const located = problems
    .map(problem => ({ ...problem, position: positionOf(problem) }))
    .sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column)
  const shown = located.slice(0, MOST_PROBLEMS)
  const message = shown.map(({ position, wrong }) => `${path}:${position.line}:${position.column}: ${wrong}`)
  const mends = shown.map(({ position, mend }) => (problems.length === 1 ? mend : `line ${position.line}: ${mend}`))
  if (located.length > shown.length) message.push(`${path}: and ${located.length - shown.length} more problems`)
  return new LetheError(code, unique(message), unique(mends))
}

/** A parser that lost its way says the same over and over. */
function unique(lines: readonly string[]): string {
  return [...new Set(lines)].join('\n')
}
