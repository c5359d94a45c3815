import type { Tokenizer } from '../tokenizer.ts'

/** OpenAI’s o200k_base: GPT-4o and later, and gpt-oss. */
export const o200k: Tokenizer = {
  name: 'o200k',
  package: 'gpt-tokenizer',
  sample: { id: 24912, text: 'hello' },
  load: async () => ({
    tokens: (await import('gpt-tokenizer/bpeRanks/o200k_base')).default,
    toBytes: text => Buffer.from(text),
  }),
}
