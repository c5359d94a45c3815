/** A token as its package spells it, or as bytes; undefined where an id stands for nothing. */
type Spelled = string | readonly number[] | undefined

/** Most letters of a canary between two digits: no longer token can be part of a magic's core. */
const LONGEST_PIECE = 4
/** Letters and digits are spelled as themselves in every package. */
const PIECE = new RegExp(`^(?:[a-z]{1,${LONGEST_PIECE}}|[0-9])$`)

/** What the ids of a tokenizer stand for. */
export class Vocabulary {
  readonly name: string
  /** ids are below this */
  readonly size: number
  readonly #tokens: readonly Spelled[]
  readonly #toBytes: (spelled: string) => Uint8Array | null
  readonly #pieces = new Map<string, number>()

  /**
   * @param tokens by id, as the package spells them
   * @param toBytes the text of a token in UTF-8, or null for one that stands for no text
   */
  constructor(name: string, tokens: readonly Spelled[], toBytes: (spelled: string) => Uint8Array | null) {
    this.name = name
    this.size = tokens.length
    this.#tokens = tokens
    this.#toBytes = toBytes
    for (const [id, spelled] of tokens.entries()) {
      if (typeof spelled === 'string' && PIECE.test(spelled) && !this.#pieces.has(spelled))
        this.#pieces.set(spelled, id)
    }
  }

  /** The bytes that an id stands for, or null: no token, or one without text. */
  bytesOf(id: number): Uint8Array | null {
    const spelled = this.#tokens[id]
    if (spelled === undefined) return null
    return typeof spelled === 'string' ? this.#toBytes(spelled) : Uint8Array.from(spelled)
  }

  /** The token of up to four lower-case letters, or of one digit. */
  idOf(piece: string): number | undefined {
    return this.#pieces.get(piece)
  }
}
