import type { ValueShape } from '../../model/observation.ts'
import { shapeOf } from './shape.ts'

const DEEPEST = 32
const PLAIN_KEY = /^[A-Za-z_$@][\w$@/-]{0,39}$/
/** letters with a digit at every fifth place: it may be a part of a canary */
const MAGIC_SHAPE = /([a-z]{4}\d){2}|(\d[a-z]{4}){2}/i
const PAIR = /([A-Za-z_][\w.@/-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/y

/** A field and the shape of its value; the value itself is left behind. */
export interface Field {
  readonly path: string
  readonly shape: ValueShape
}

export type LogRecord =
  | { readonly format: 'json' | 'logfmt'; readonly fields: readonly Field[] }
  | { readonly format: 'text' }

/** How a line reads: a JSON object; key=value pairs and nothing else; or text. */
export function parseRecord(line: string): LogRecord {
  const object = parseObject(line)
  if (object !== null) return { format: 'json', fields: [...fieldsOf(object, '', '', 0)] }
  const pairs = parsePairs(line)
  return pairs === null ? { format: 'text' } : { format: 'logfmt', fields: pairs }
}

function parseObject(line: string): object | null {
  if (!/^\s*\{/.test(line)) return null
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

function* fieldsOf(value: unknown, path: string, name: string, depth: number): Generator<Field> {
  if (typeof value !== 'object' || value === null) {
    yield { path, shape: shapeOf(value as string | number | boolean | null, name) }
  } else if (depth === DEEPEST) {
    yield { path, shape: Array.isArray(value) ? 'list' : 'object' }
  } else if (Object.keys(value).length === 0) {
    yield { path, shape: 'empty' }
  } else if (Array.isArray(value)) {
    for (const item of value) yield* fieldsOf(item, `${path}[]`, name, depth + 1)
  } else {
    for (const [key, inner] of Object.entries(value)) {
      const shown = shownKey(key)
      yield* fieldsOf(inner, path === '' ? shown : `${path}.${shown}`, key, depth + 1)
    }
  }
}

function parsePairs(line: string): Field[] | null {
  const text = line.trim()
  const fields: Field[] = []
  PAIR.lastIndex = 0
  while (PAIR.lastIndex < text.length) {
    const [, key, value] = PAIR.exec(text) ?? []
    if (key === undefined || value === undefined) return null
    fields.push({ path: key.split('.').map(shownKey).join('.'), shape: shapeOf(bare(value), key) })
  }
  return fields.length === 0 ? null : fields
}

function bare(value: string): string | boolean | null {
  if (value === 'true' || value === 'false') return value === 'true'
  if (value === 'null') return null
  return value.startsWith('"') ? value.slice(1, -1) : value
}

/** A key may itself be content, such as a prompt that counts are kept for: only what looks like a name is shown. */
function shownKey(key: string): string {
  return PLAIN_KEY.test(key) && !MAGIC_SHAPE.test(key) ? key : '*'
}
