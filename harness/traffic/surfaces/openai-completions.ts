import { z } from 'zod'
import { eventsOf, jsonOf } from '../answer-body.ts'
import { echoRequest } from '../echo.ts'
import { sampling, streaming } from '../sampling.ts'
import type { Surface } from '../surface.ts'
import { userHeaders, userQuery } from '../user-metadata.ts'

/** A whole answer and a chunk of a streamed one have the same shape; the last chunk may hold no choice. */
const Completion = z.looseObject({
  id: z.string().nullish(),
  choices: z.array(z.looseObject({ text: z.string() })),
})

/** OpenAI's completions, the older API that takes one prompt. */
export const openaiCompletions: Surface = {
  id: 'openai.completions',
  variants: [
    { id: 'plain', streamed: false },
    { id: 'streamed', streamed: true },
  ],
  defaults: { base: '/v1/openai', model: 'meta-llama/Meta-Llama-3.1-8B-Instruct' },
  request: (variant, fill, { base, model }) => ({
    path: `${base}/completions${userQuery(fill)}`,
    headers: userHeaders(fill),
    body: {
      kind: 'json',
      value: {
        model,
        prompt: `${fill.long('prompt')} ${echoRequest(fill, 'prompt (echo)')}`,
        user: fill.bare('user'),
        stop: [fill.bare('stop[0]'), fill.short('stop[1]')],
        ...sampling,
        ...streaming(variant.streamed),
      },
    },
    streamed: variant.streamed,
    output: 'output',
  }),
  read(body, streamed) {
    const { success, data } = z
      .array(Completion)
      .min(1)
      .safeParse(streamed ? eventsOf(body) : [jsonOf(body)])
    return { valid: success, requestId: data?.[0]?.id ?? null }
  },
}
