import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { reasonOf } from '../model/error.ts'
import type { Position, Problem } from './problem.ts'

/** A YAML text as a value that still knows where each of its parts stood. */
export interface LocatedYaml {
  /** plain data; null where the text could not be read */
  readonly value: unknown
  /** what is wrong with the YAML itself; `value` cannot be trusted unless this is empty */
  readonly problems: readonly Problem[]
  /** Where the part at `path` stands; for a part that is not there, where its nearest parent stands. */
  positionOf(problem: Problem): Position
}

const mendOf: Record<string, string> = {
  RESOURCE_EXHAUSTION: 'write it with less nesting',
  DUPLICATE_KEY: 'keep one of the two',
  TAB_AS_INDENT: 'indent with spaces',
  BAD_INDENT: 'indent it like its neighbours',
  MULTIPLE_DOCS: 'keep one document a file',
  TAG_RESOLVE_FAILED: 'remove the tag',
  BAD_ALIAS: 'write the value itself',
}

/** Reads YAML 1.2 and keeps positions. Never throws: whatever is wrong stands in `problems`. */
export function readYaml(text: string): LocatedYaml {
  const lines = new LineCounter()
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
    const problems = [...document.errors, ...document.warnings].map(error => ({
      path: [],
      at: 'value' as const,
      offset: error.pos[0],
      wrong: error.message,
      mend: mendOf[error.code] ?? 'correct the YAML here',
    }))
    const value: unknown = problems.length > 0 ? null : document.toJS({ maxAliasCount: 100 })
    return { value, problems, positionOf: problem => positionIn(lines, problem.offset ?? offsetOf(document, problem)) }
  } catch (error) {
    // Aliases that lead nowhere or multiply, and nesting beyond the stack: the parser throws in place of reporting.
    const mend = 'write the values themselves in place of aliases, with less nesting'
    const problem: Problem = { path: [], at: 'value', wrong: reasonOf(error), mend }
    return { value: null, problems: [problem], positionOf: () => ({ line: 1, column: 1 }) }
  }
}

function positionIn(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function offsetOf(document: Document, problem: Problem): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, segment] of problem.path.entries()) {
    const step = childOf(document, node, segment)
    if (step === null) return offset
    const last = depth === problem.path.length - 1
    offset = (last && problem.at === 'key' ? step.keyStart : startOf(step.value)) ?? step.keyStart ?? offset
    node = step.value
  }
  return offset
}

interface Step {
  readonly value: unknown
  readonly keyStart: number | undefined
}

function childOf(document: Document, parent: unknown, segment: PropertyKey): Step | null {
  const node = isAlias(parent) ? parent.resolve(document) : parent
  if (isSeq(node)) {
    const value = node.items[Number(segment)]
    return value === undefined ? null : { value, keyStart: startOf(value) }
  }
  if (!isMap(node)) return null
  const pair = node.items.find(item => String(isScalar(item.key) ? item.key.value : item.key) === String(segment))
  return pair === undefined ? null : { value: pair.value, keyStart: startOf(pair.key) }
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0]
}
