import { byteLevelBytes } from '../byte-level.ts'
import type { Tokenizer } from '../tokenizer.ts'

/** Tokens without text, such as `<|eot_id|>`: the package lists them with the others. */
const SPECIAL = /^<\|.*\|>$/

/** Llama 3 and its point releases. */
export const llama3: Tokenizer = {
  name: 'llama3',
  package: 'llama3-tokenizer-js',
  sample: { id: 15339, text: 'hello' },
  load: async () => ({
    tokens: (await import('llama3-tokenizer-js')).default.vocabById,
    toBytes: spelled => (SPECIAL.test(spelled) ? null : byteLevelBytes(spelled)),
  }),
}
