import type { Tokenizer } from '../tokenizer.ts'
import { Vocabulary } from '../vocabulary.ts'

/** OpenAI’s o200k_base: GPT-4o and later, and gpt-oss. */
export const o200k: Tokenizer = {
  name: 'o200k',
  package: 'gpt-tokenizer',
  sample: { id: 24912, text: 'hello' },
  load: async () =>
    new Vocabulary('o200k', (await import('gpt-tokenizer/bpeRanks/o200k_base')).default, text => Buffer.from(text)),
}
