import { z } from 'zod'
import { Config } from './config.ts'

/** The JSON Schema of a configuration written in YAML or JSON (services need a script). */
export function generatedFiles(): { readonly path: string; readonly content: string }[] {
  const schema = z.toJSONSchema(Config, { io: 'input', unrepresentable: 'any' })
  return [{ path: 'harness/deployment/config.schema.json', content: `${JSON.stringify(schema, null, 2)}\n` }]
}
