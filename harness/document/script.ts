import { type ParserOptions, parse } from '@babel/parser'
import { LetheError, reasonOf } from '../model/error.ts'
import type { Position, Problem } from './problem.ts'

/** The little of an ESTree node that is needed to walk down object and array literals. */
interface Node {
  readonly type: string
  readonly loc?: { readonly start: { readonly line: number; readonly column: number } } | null
  readonly [key: string]: unknown
}

const OPTIONS: ParserOptions = {
  sourceType: 'module',
  plugins: ['typescript', 'importAttributes'] as ParserOptions['plugins'] & object,
}

/**
 * Finds where a value of a configuration script's default export is written: follows object and array literals as far
 * as they go, through `defineConfig(…)`, `satisfies` and `as`; a value that is computed elsewhere has its caller's place.
 *
 * @throws LetheError CONFIG_INVALID with `file:line:column` when the script is not TypeScript or JavaScript
 */
export function scriptPositions(text: string, file: string): (problem: Pick<Problem, 'path' | 'at'>) => Position {
  const root = unwrap(defaultExport(parseScript(text, file)))
  return ({ path, at }) => {
    let node: Node | undefined = root
    let position = start(root) ?? { line: 1, column: 1 }
    for (const [depth, key] of path.entries()) {
      const property = child(node, key)
      if (property === undefined) break
      node = unwrap(property.value)
      const pointed = at === 'key' && depth === path.length - 1 ? property.key : node
      position = start(pointed) ?? position
    }
    return position
  }
}

function parseScript(text: string, file: string): readonly Node[] {
  try {
    return parse(text, OPTIONS).program.body as unknown as readonly Node[]
  } catch (cause) {
    const at = (cause as { loc?: { line: number; column: number } }).loc
    const where = at === undefined ? file : `${file}:${at.line}:${at.column + 1}`
    throw new LetheError('CONFIG_INVALID', `${where}: ${reasonOf(cause)}`, 'Mend the syntax there.', { cause })
  }
}

function defaultExport(body: readonly Node[]): Node | undefined {
  return body.find(node => node.type === 'ExportDefaultDeclaration')?.declaration as Node | undefined
}

function unwrap(node: Node | undefined): Node | undefined {
  switch (node?.type) {
    case 'CallExpression':
      return unwrap((node.arguments as Node[])[0]) ?? node
    case 'TSSatisfiesExpression':
    case 'TSAsExpression':
      return unwrap(node.expression as Node)
    default:
      return node
  }
}

function child(node: Node | undefined, key: PropertyKey): { key: Node; value: Node } | undefined {
  if (node?.type === 'ArrayExpression') {
    const element = (node.elements as Node[])[Number(key)]
    return element === undefined ? undefined : { key: element, value: element }
  }
  if (node?.type !== 'ObjectExpression') return undefined
  const property = (node.properties as Node[]).find(one => nameOf(one.key as Node | undefined) === String(key))
  return property === undefined ? undefined : { key: property.key as Node, value: property.value as Node }
}

function nameOf(key: Node | undefined): string | undefined {
  return (key?.name ?? key?.value) as string | undefined
}

function start(node: Node | undefined): Position | undefined {
  const at = node?.loc?.start
  return at === undefined ? undefined : { line: at.line, column: at.column + 1 }
}
