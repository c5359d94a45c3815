import { z } from 'zod'
import { jsonOf } from '../answer-body.ts'
import type { Surface } from '../surface.ts'
import { userHeaders, userQuery } from '../user-metadata.ts'

/** A vector is a list of numbers, or base64 where a deployment prefers that. */
const Embeddings = z.looseObject({
  id: z.string().nullish(),
  data: z.array(z.looseObject({ embedding: z.union([z.array(z.number()), z.string()]) })).min(1),
})

/** OpenAI's embeddings. */
export const openaiEmbeddings: Surface = {
  id: 'openai.embeddings',
  variants: [{ id: 'plain', streamed: false }],
  defaults: { base: '/v1/openai', model: 'BAAI/bge-base-en-v1.5' },
  request: (variant, fill, { base, model }) => ({
    path: `${base}/embeddings${userQuery(fill)}`,
    headers: userHeaders(fill),
    body: {
      kind: 'json',
      value: {
        model,
        input: [fill.long('input[0]'), fill.short('input[1]')],
        encoding_format: 'float',
        user: fill.bare('user'),
      },
    },
    streamed: variant.streamed,
    output: 'output',
  }),
  read(body) {
    const { success, data } = Embeddings.safeParse(jsonOf(body))
    return { valid: success, requestId: data?.id ?? null }
  },
}
