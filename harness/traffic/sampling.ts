/** Sampling parameters of the OpenAI protocol: numbers alone, so that a log may hold them. */
export const sampling = {
  temperature: 0.7,
  top_p: 0.9,
  max_tokens: 256,
  n: 1,
  seed: 7,
  presence_penalty: 0.1,
  frequency_penalty: 0.1,
} as const

/** What asks for an answer as server-sent events, with the usage at its end; nothing for a plain one. */
export function streaming(streamed: boolean): object {
  return streamed ? { stream: true, stream_options: { include_usage: true } } : {}
}
