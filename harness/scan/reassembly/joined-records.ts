import { InterleavedRecords } from './interleaved-records.ts'
import type { JoinedFields } from './joined-fields.ts'
import type { JoinedText } from './joined-text.ts'
import { StringLexer, type TextSink } from './string-lexer.ts'

/**
 * Joins the texts of each field over all records: an answer that is logged one token an event is in no record whole. Where
 * records take turns that an id tells apart, also those of one id.
 */
export class JoinedRecords implements TextSink {
  readonly #fields: JoinedFields
  readonly #interleaved: InterleavedRecords
  readonly #lexer = new StringLexer(this)
  #text: JoinedText | null = null

  constructor(fields: JoinedFields) {
    this.#fields = fields
    this.#interleaved = new InterleavedRecords(fields)
  }

  /** @param offset of `bytes[0]` in the layer */
  push(bytes: Uint8Array, from: number, to: number, offset: number): void {
    this.#lexer.push(bytes, from, to, offset)
  }

  break(): void {
    this.#lexer.break()
  }

  begin(field: number, record: number, offset: number): void {
    this.#text = this.#fields.begin(field, record, offset)
    this.#interleaved.begin(field, record, offset)
  }

  add(bytes: Uint8Array, from: number, to: number, altered: boolean): void {
    if (this.#text !== null) this.#fields.add(this.#text, bytes, from, to, altered)
    this.#interleaved.add(bytes, from, to, altered)
  }

  end(isId: boolean): void {
    if (this.#text !== null) this.#fields.end(this.#text)
    this.#interleaved.end(isId)
  }

  endRecord(): void {
    this.#interleaved.endRecord()
  }
}
