import { sentencePieceBytes } from '../sentence-piece.ts'
import type { Tokenizer } from '../tokenizer.ts'

/** The first tokenizer of Mistral: Mistral 7B and Mixtral 8x7B. */
export const mistral: Tokenizer = {
  name: 'mistral',
  package: 'mistral-tokenizer-js',
  sample: { id: 21558, text: 'hello' },
  load: async () => {
    // Not for threads that only need to know the name.
    const { z } = await import('zod')
    const Module = z.object({ default: z.object({ vocabById: z.array(z.string()) }) })
    // @ts-expect-error: the package has no types
    const module: unknown = await import('mistral-tokenizer-js')
    return { tokens: Module.parse(module).default.vocabById, toBytes: sentencePieceBytes }
  },
}
