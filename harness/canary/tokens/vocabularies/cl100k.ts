import type { Tokenizer } from '../tokenizer.ts'

/** OpenAI’s cl100k_base: GPT-4, GPT-3.5 and their embeddings. */
export const cl100k: Tokenizer = {
  name: 'cl100k',
  package: 'gpt-tokenizer',
  sample: { id: 15339, text: 'hello' },
  load: async () => ({
    tokens: (await import('gpt-tokenizer/bpeRanks/cl100k_base')).default,
    toBytes: text => Buffer.from(text),
  }),
}
