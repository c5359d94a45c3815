import type { Fill } from './surface.ts'

/** Structured output by a JSON schema, as OpenAI and DeepInfra take it: its name may hold letters, digits, `_` and `-`. */
export function responseFormat(fill: Fill) {
  const field = 'response_format.json_schema'
  return {
    type: 'json_schema',
    json_schema: {
      name: fill.bare(`${field}.name`),
      description: fill.short(`${field}.description`),
      strict: false,
      schema: {
        type: 'object',
        title: fill.short(`${field}.schema.title`),
        properties: {
          answer: { type: 'string', description: fill.short(`${field}.schema.properties.answer.description`) },
          tone: { type: 'string', enum: ['plain', fill.bare(`${field}.schema.properties.tone.enum[1]`)] },
        },
        required: ['answer', 'tone'],
        additionalProperties: false,
      },
    },
  }
}
