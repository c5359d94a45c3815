/** A place in a text, both counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Something wrong in a file that a person wrote, and what to write instead. */
export interface Problem {
  /** keys and positions from the root of the document */
  readonly path: readonly PropertyKey[]
  /** what to point at: the last key of `path`, or its value */
  readonly at: 'key' | 'value'
  /** set where the place is known as an offset in the text only */
  readonly offset?: number
  readonly wrong: string
  readonly mend: string
}

/** A path for people: `clauses[2].rule.kind`; for the root `the document`. */
export function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the document'
  return path
    .map(segment => (typeof segment === 'number' ? `[${segment}]` : `.${String(segment)}`))
    .join('')
    .replace(/^\./, '')
}
