import { z } from 'zod'
import { eventsOf, jsonOf } from '../answer-body.ts'
import { echoRequest } from '../echo.ts'
import type { Fill, Reading, Surface } from '../surface.ts'
import { userHeaders, userQuery } from '../user-metadata.ts'

const Message = z.looseObject({
  id: z.string().nullish(),
  type: z.literal('message'),
  content: z.array(z.looseObject({ type: z.string() })),
})
const Event = z.looseObject({
  type: z.string().refine(type => type !== 'error'),
  message: z.looseObject({ id: z.string().nullish() }).optional(),
})

const useId = 'toolu_01A09q90qw90lq917835'

/** Anthropic's messages. Newer models take either temperature or top_p, so only the first is sent. */
export const anthropicMessages: Surface = {
  id: 'anthropic.messages',
  variants: [
    { id: 'plain', streamed: false },
    { id: 'streamed', streamed: true },
  ],
  defaults: { base: '/v1', model: 'claude-sonnet-4-5' },
  request: (variant, fill, { base, model }) => ({
    path: `${base}/messages${userQuery(fill)}`,
    headers: { ...userHeaders(fill), 'anthropic-version': '2023-06-01' },
    body: {
      kind: 'json',
      value: {
        model,
        system: [{ type: 'text', text: fill.long('system[0].text') }],
        ...conversation(fill),
        tool_choice: { type: 'auto' },
        metadata: { user_id: fill.bare('metadata.user_id') },
        stop_sequences: [fill.bare('stop_sequences[0]'), fill.short('stop_sequences[1]')],
        temperature: 0.7,
        top_k: 40,
        max_tokens: 256,
        ...(variant.streamed ? { stream: true } : {}),
      },
    },
    streamed: variant.streamed,
    output: 'output',
  }),
  read: (body, streamed) => (streamed ? readEvents(body) : readMessage(body)),
}

/** Messages of both roles with every kind of text block, with the tool that they name. */
function conversation(fill: Fill) {
  const tool = fill.bare('tools[0].name')
  const properties = 'tools[0].input_schema.properties'
  return {
    messages: [
      { role: 'user', content: [{ type: 'text', text: fill.long('messages[0].content[0].text') }, attachment(fill)] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: fill.short('messages[1].content[0].text') },
          { type: 'tool_use', id: useId, name: tool, input: { topic: fill.short('messages[1].content[1].input') } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: useId, content: fill.long('messages[2].content[0].content') },
          { type: 'text', text: echoRequest(fill, 'messages[2].content[1].text') },
        ],
      },
    ],
    tools: [
      {
        name: tool,
        description: fill.short('tools[0].description'),
        input_schema: {
          type: 'object',
          properties: {
            topic: { type: 'string', description: fill.short(`${properties}.topic.description`) },
            depth: { type: 'string', enum: ['brief', fill.bare(`${properties}.depth.enum[1]`)] },
          },
          required: ['topic'],
        },
      },
    ],
  }
}

function attachment(fill: Fill) {
  const field = 'messages[0].content[1]'
  return {
    type: 'document',
    title: fill.short(`${field}.title`),
    context: fill.short(`${field}.context`),
    source: { type: 'text', media_type: 'text/plain', data: fill.long(`${field}.source.data`) },
  }
}

function readMessage(body: Uint8Array): Reading {
  const { success, data } = Message.safeParse(jsonOf(body))
  return { valid: success, requestId: data?.id ?? null }
}

function readEvents(body: Uint8Array): Reading {
  const { success, data } = z.array(Event).min(1).safeParse(eventsOf(body))
  return { valid: success, requestId: data?.find(event => event.message)?.message?.id ?? null }
}
