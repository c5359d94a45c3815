import { textsIn } from './texts.ts'

/** Something in an answer that a model made. */
export interface Output {
  /** its place in the answer, such as `choices.0.message.content`; `body` for an answer that is nothing else */
  readonly field: string
  readonly kind: 'text' | 'binary'
  readonly bytes: Uint8Array
}

/**
 * Fields that hold what a model made, in the APIs of OpenAI, Anthropic and DeepInfra. Names of models, ids and marks of
 * how an answer ended are no output: promises allow them in logs.
 */
const textFields = new Set(
  (
    'content text generated_text reasoning reasoning_content thinking refusal arguments partial_json transcript ' +
    'embedding embeddings'
  ).split(' '),
)
const binaryFields = new Set('b64_json audio data image images image_base64 output url'.split(' '))

/** Shorter ones cannot be told from chance. */
const shortest = 64
const plainName = /^[\w-]{1,31}$/
const base64 = /^[A-Za-z0-9+/\s]{128,}={0,2}\s*$/
const dataUrl = /^data:[\w.+/;=-]{0,200};base64,/

/** The outputs in the body of an answer, one a field, those of a stream's events joined. Never throws. */
export function outputsIn(body: Uint8Array, contentType: string, streamed: boolean): readonly Output[] {
  if (/^(image|audio|video)\//.test(contentType)) return [{ field: 'body', kind: 'binary', bytes: body }]
  return Array.from(textsIn(body, streamed)).flatMap(([place, text]) => {
    const output = outputOf(fieldOf(place), text)
    return output === null || output.bytes.length < shortest ? [] : [output]
  })
}

/** Without names that are none of an API: they may be somebody's text. */
function fieldOf(place: string): string {
  return place
    .split('.')
    .slice(1)
    .map(name => (plainName.test(name) ? name : '…'))
    .join('.')
}

function outputOf(field: string, text: string): Output | null {
  const name = field.split('.').findLast(part => !/^\d+$/.test(part)) ?? ''
  const encoded = dataUrl.exec(text)?.[0]
  if (encoded !== undefined) return binary(field, text.slice(encoded.length))
  if (binaryFields.has(name) && base64.test(text)) return binary(field, text)
  return textFields.has(name) ? { field, kind: 'text', bytes: Buffer.from(text) } : null
}

function binary(field: string, text: string): Output {
  return { field, kind: 'binary', bytes: Buffer.from(text, 'base64') }
}
