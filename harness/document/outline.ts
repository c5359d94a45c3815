import { z } from 'zod'

/** A JSON Schema node, as far as it is read here. */
interface Outline {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Outline>>
  readonly items?: Outline
  readonly additionalProperties?: Outline | boolean
  readonly oneOf?: readonly Outline[]
  readonly anyOf?: readonly Outline[]
  readonly const?: unknown
}

/** The part of a schema that governs one place of a document: which keys it knows, what it says of itself. */
export interface SchemaPart {
  readonly keys: readonly string[]
  readonly description: string | null
}

/** Finds the part of `schema` that governs `path`; unions are resolved by the document's own discriminators. */
export function schemaPart(schema: z.ZodType, document: unknown, path: readonly PropertyKey[]): SchemaPart {
  let outline: Outline | undefined = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Outline
  let value = document
  for (const segment of path) {
    outline = below(resolved(outline, value), segment)
    value = childOf(value, segment)
  }
  const part = resolved(outline, value)
  return { keys: Object.keys(part?.properties ?? {}), description: part?.description ?? null }
}

/** The value at `path` of plain data; undefined where there is none. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce(childOf, document)
}

function childOf(value: unknown, segment: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
  return (value as Record<PropertyKey, unknown>)[segment]
}

function below(outline: Outline | undefined, segment: PropertyKey): Outline | undefined {
  if (typeof segment === 'number') return outline?.items
  const properties = outline?.properties ?? {}
  if (typeof segment === 'string' && Object.hasOwn(properties, segment)) return properties[segment]
  return typeof outline?.additionalProperties === 'object' ? outline.additionalProperties : undefined
}

function resolved(outline: Outline | undefined, value: unknown): Outline | undefined {
  const options = outline?.oneOf ?? outline?.anyOf
  return options === undefined ? outline : (options.find(option => suits(option, value)) ?? outline)
}

/** Whether every constant that the option asks for stands in the value. */
function suits(option: Outline, value: unknown): boolean {
  const constants = Object.entries(option.properties ?? {}).filter(([, property]) => property.const !== undefined)
  return constants.length > 0 && constants.every(([key, property]) => childOf(value, key) === property.const)
}
