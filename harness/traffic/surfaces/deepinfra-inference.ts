import { z } from 'zod'
import { eventsOf, jsonOf } from '../answer-body.ts'
import { echoRequest } from '../echo.ts'
import { responseFormat } from '../response-format.ts'
import type { Body, Fill, Surface } from '../surface.ts'
import { userHeaders, userQuery } from '../user-metadata.ts'
import { wavWithComment } from '../wav.ts'

const RequestId = z.string().nullish()

/** Every whole answer of the native API has one of the two; the rest depends on the model. */
const Answer = z
  .looseObject({ request_id: RequestId, inference_status: z.looseObject({ status: z.string() }).nullish() })
  .refine(answer => answer.request_id ?? answer.inference_status)

/** A token, or at the end the whole text. */
const Event = z
  .looseObject({
    request_id: RequestId,
    token: z.looseObject({ text: z.string() }).nullish(),
    generated_text: z.string().nullish(),
  })
  .refine(event => event.token !== undefined || event.generated_text !== undefined)

const sampling = {
  temperature: 0.7,
  top_p: 0.9,
  top_k: 40,
  max_new_tokens: 256,
  repetition_penalty: 1.05,
  presence_penalty: 0.1,
  frequency_penalty: 0.1,
  num_responses: 1,
  seed: 7,
}

/** DeepInfra's native API: the model is in the path, the body is JSON or a form with files. */
export const deepinfraInference: Surface = {
  id: 'deepinfra.inference',
  variants: [
    { id: 'json', streamed: false },
    { id: 'streamed', streamed: true },
    { id: 'multipart', streamed: false, upload: true },
  ],
  defaults: { base: '/v1/inference', model: 'meta-llama/Meta-Llama-3.1-8B-Instruct' },
  request: (variant, fill, { base, model }) => ({
    path: `${base}/${encodeURI(model)}${userQuery(fill)}`,
    headers: userHeaders(fill),
    body: variant.id === 'multipart' ? form(fill) : json(fill, variant.streamed),
    streamed: variant.streamed,
    output: 'output',
  }),
  read(body, streamed) {
    const read = streamed ? z.array(Event).min(1).safeParse(eventsOf(body)) : z.array(Answer).safeParse([jsonOf(body)])
    const ids = read.data?.map(part => part.request_id)
    return { valid: read.success, requestId: ids?.find(id => id) ?? null }
  },
}

function json(fill: Fill, streamed: boolean): Body {
  return {
    kind: 'json',
    value: {
      input: `${fill.long('input')} ${echoRequest(fill, 'input (echo)')}`,
      stop: [fill.bare('stop[0]'), fill.short('stop[1]')],
      response_format: responseFormat(fill),
      user: fill.bare('user'),
      prompt_cache_key: fill.bare('prompt_cache_key'),
      ...sampling,
      ...(streamed ? { stream: true } : {}),
    },
  }
}

/** Serves text models (`input`) and speech models (`audio`, `initial_prompt`): each ignores what it does not know. */
function form(fill: Fill): Body {
  const comment = fill.long('audio (comment in the file)')
  return {
    kind: 'multipart',
    fields: {
      input: `${fill.long('input')} ${echoRequest(fill, 'input (echo)')}`,
      initial_prompt: fill.short('initial_prompt'),
      user: fill.bare('user'),
      task: 'transcribe',
      language: 'en',
      ...Object.fromEntries(Object.entries(sampling).map(([name, value]) => [name, String(value)])),
    },
    files: [
      {
        field: 'audio',
        fileName: `${fill.bare('audio (file name)')}.wav`,
        contentType: 'audio/wav',
        bytes: wavWithComment(comment),
        text: { of: comment, announcing: padding => wavWithComment(comment, padding) },
      },
    ],
  }
}
