import { sentencePieceBytes } from '../sentence-piece.ts'
import type { Tokenizer } from '../tokenizer.ts'

/** Llama and Llama 2, with their many descendants of 32,000 tokens. */
export const llama2: Tokenizer = {
  name: 'llama2',
  package: 'llama-tokenizer-js',
  sample: { id: 12199, text: 'hello' },
  load: async () => ({
    tokens: (await import('llama-tokenizer-js')).default.vocabById,
    toBytes: sentencePieceBytes,
  }),
}
