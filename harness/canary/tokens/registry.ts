import type { Tokenizer } from './tokenizer.ts'
import { cl100k } from './vocabularies/cl100k.ts'
import { llama2 } from './vocabularies/llama2.ts'
import { llama3 } from './vocabularies/llama3.ts'
import { mistral } from './vocabularies/mistral.ts'
import { o200k } from './vocabularies/o200k.ts'
import { qwen } from './vocabularies/qwen.ts'

/** The tokenizers whose ids are looked for; of those that number tokens alike, the first gives its name. */
export const tokenizers: readonly Tokenizer[] = [cl100k, o200k, llama2, llama3, mistral, qwen]
