import { z } from 'zod'
import { eventsOf, jsonOf } from '../answer-body.ts'
import { echoRequest } from '../echo.ts'
import { responseFormat } from '../response-format.ts'
import { sampling, streaming } from '../sampling.ts'
import type { Fill, Reading, Surface, Variant } from '../surface.ts'
import { userHeaders, userQuery } from '../user-metadata.ts'

const Completion = z.looseObject({
  id: z.string().nullish(),
  choices: z.array(z.looseObject({ message: z.looseObject({ role: z.string() }) })).min(1),
})
const Chunk = z.looseObject({ id: z.string().nullish(), choices: z.array(z.looseObject({})) })

const callId = 'call_8Jw2qPzR4tVx'

/**
 * OpenAI's chat completions. `developer` is apart since not every deployment knows that role; `text` has each content
 * as one string, since not every deployment takes a list of parts.
 */
export const openaiChat: Surface = {
  id: 'openai.chat',
  variants: [
    { id: 'plain', streamed: false },
    { id: 'streamed', streamed: true },
    { id: 'developer', streamed: false },
    { id: 'text', streamed: false },
  ],
  defaults: { base: '/v1/openai', model: 'meta-llama/Meta-Llama-3.1-8B-Instruct' },
  request: (variant, fill, { base, model }) => ({
    path: `${base}/chat/completions${userQuery(fill)}`,
    headers: userHeaders(fill),
    body: {
      kind: 'json',
      value: {
        model,
        ...conversation(variant, fill),
        tool_choice: 'auto',
        response_format: responseFormat(fill),
        user: fill.bare('user'),
        safety_identifier: fill.bare('safety_identifier'),
        prompt_cache_key: fill.bare('prompt_cache_key'),
        metadata: { purpose: fill.short('metadata.purpose'), [fill.bare('metadata key')]: 'a key of the user' },
        stop: [fill.bare('stop[0]'), fill.short('stop[1]')],
        ...sampling,
        ...streaming(variant.streamed),
      },
    },
    streamed: variant.streamed,
    output: 'output',
  }),
  read: (body, streamed) => (streamed ? readChunks(body) : readCompletion(body)),
}

/** Messages of every role, with the tools that their calls name. */
function conversation({ id }: Variant, fill: Fill) {
  const tool = fill.bare('tools[0].function.name')
  const parameters = 'tools[0].function.parameters'
  const call = JSON.stringify({ topic: fill.short('messages[2].tool_calls[0].function.arguments') })
  return {
    messages: [
      { role: id === 'developer' ? 'developer' : 'system', content: fill.long('messages[0].content') },
      { role: 'user', name: fill.bare('messages[1].name'), content: fill.long('messages[1].content') },
      {
        role: 'assistant',
        content: fill.short('messages[2].content'),
        tool_calls: [{ id: callId, type: 'function', function: { name: tool, arguments: call } }],
      },
      { role: 'tool', tool_call_id: callId, content: fill.long('messages[3].content') },
      { role: 'user', content: id === 'text' ? question(fill) : questionInParts(fill) },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: tool,
          description: fill.short('tools[0].function.description'),
          parameters: {
            type: 'object',
            title: fill.short(`${parameters}.title`),
            properties: {
              topic: { type: 'string', description: fill.short(`${parameters}.properties.topic.description`) },
              depth: { type: 'string', enum: ['brief', fill.bare(`${parameters}.properties.depth.enum[1]`)] },
            },
            required: ['topic'],
          },
        },
      },
    ],
  }
}

function question(fill: Fill): string {
  return `${fill.long('messages[4].content')} ${echoRequest(fill, 'messages[4].content (echo)')}`
}

function questionInParts(fill: Fill) {
  return [
    { type: 'text', text: fill.long('messages[4].content[0].text') },
    { type: 'text', text: echoRequest(fill, 'messages[4].content[1].text') },
  ]
}

function readCompletion(body: Uint8Array): Reading {
  const { success, data } = Completion.safeParse(jsonOf(body))
  return { valid: success, requestId: data?.id ?? null }
}

function readChunks(body: Uint8Array): Reading {
  const { success, data } = z.array(Chunk).min(1).safeParse(eventsOf(body))
  return { valid: success, requestId: data?.[0]?.id ?? null }
}
