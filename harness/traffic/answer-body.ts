import { createParser } from 'eventsource-parser'

/** The JSON value of a body; undefined where it is not JSON. */
export function jsonOf(body: Uint8Array): unknown {
  return parsed(Buffer.from(body).toString('utf8'))
}

/**
 * The JSON values of a body of server-sent events, in order, without the `[DONE]` mark; undefined in place of an
 * event whose data is not JSON. Empty where the body holds no event.
 */
export function eventsOf(body: Uint8Array): readonly unknown[] {
  const values: unknown[] = []
  const parser = createParser({
    onEvent: event => {
      if (event.data.trim() !== '[DONE]') values.push(parsed(event.data))
    },
  })
  // A stream that was cut may lack the blank line after its last event.
  parser.feed(`${Buffer.from(body).toString('utf8')}\n\n`)
  return values
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
