import { FieldPath } from './field-path.ts'
import { JsonEscape } from './json-escape.ts'

/** Where the texts of a lexer go. */
export interface TextSink {
  /** A text of a field begins. @param record where its record begins @param offset where it begins itself */
  begin(field: number, record: number, offset: number): void
  /** More of that text; the bytes are reused. @param altered it stood there escaped */
  add(bytes: Uint8Array, from: number, to: number, altered: boolean): void
  /** @param isId the name of its field ends in `id` */
  end(isId: boolean): void
  endRecord(): void
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const NEWLINE = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COLON = 0x3a
const COMMA = 0x2c
const EQUALS = 0x3d

/** Bytes of names, and those that mean something outside of strings; all others end a name. */
const NAME = 1
const MARK = 2
const kinds = new Uint8Array(256)
for (const code of Buffer.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-@$'))
  kinds[code] = NAME
for (const code of Buffer.from('"\n{}[]:,=')) kinds[code] = MARK

/** Where the lexer is: between strings, in the name of a field, in a text with quotes, in `name=text`, in `name: text`. */
type State = 'outside' | 'name' | 'text' | 'word' | 'line'

const HASH = 0x01000193
const SEED = 0x811c9dc5
const LOWER_BIT = 0x20

/**
 * Finds the texts of records and the names of their fields, in JSON of any layout (lines, lists, over several lines),
 * behind prefixes, and as `name=text` or `name: text`; in one pass over the bytes, and whatever they are. Nothing is
 * kept back, so that no text is too long.
 */
export class StringLexer {
  readonly #sink: TextSink
  readonly #path = new FieldPath()
  readonly #escape = new JsonEscape()
  #state: State = 'outside'
  /** hash of the name that is being read or was read last, and its last two bytes */
  #name = SEED
  #ending = 0
  /** the name began where its line does */
  #isLabel = true
  /** what the last mark was: `=` and `: ` begin a text without quotes */
  #awaits: 'nothing' | 'word' | 'space' | 'line' = 'nothing'
  /** for offsets: where the bytes that are being read begin in the layer */
  #base = 0
  #record = 0
  #isLineStart = true
  #isFirstOfLine = true

  constructor(sink: TextSink) {
    this.#sink = sink
  }

  /** @param offset of `bytes[0]` in the layer */
  push(bytes: Uint8Array, from: number, to: number, offset: number): void {
    this.#base = offset
    for (let at = from; at < to; ) {
      if (this.#state === 'outside') at = this.#outside(bytes, at, to)
      else if (this.#state === 'name') at = this.#inName(bytes, at, to)
      else if (this.#state === 'text') at = this.#inText(bytes, at, to)
      else at = this.#inBare(bytes, at, to)
    }
  }

  /** What follows does not belong to what came before. */
  break(): void {
    if (this.#state !== 'outside' && this.#state !== 'name') this.#endText()
    this.#state = 'outside'
    this.#newLine(0)
    this.#path.clear()
  }

  /** From mark to mark, until a name or a text begins. What is between marks is looked at only where it is a name. */
  #outside(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    while (at < to && this.#state === 'outside') {
      for (; this.#isAwaiting && at < to; at++) {
        if (this.#startsBare(bytes[at] ?? 0, at)) return at
        if (!this.#isAwaiting) break
      }
      const begin = at
      while (at < to && kinds[bytes[at] ?? 0] !== MARK) at++
      if (at > begin) this.#isLineStart = false
      if (at === to) {
        this.#readName(bytes, begin, to)
        return to
      }
      const code = bytes[at] ?? 0
      if (code === NEWLINE) this.#newLine(at + 1)
      else {
        if (this.#needsName(code)) this.#readName(bytes, begin, at)
        this.#mark(code, at)
      }
      at++
    }
    return at
  }

  #needsName(code: number): boolean {
    return code === EQUALS || (code === COLON && (this.#isLabel || this.#path.isInObject))
  }

  /** The name at the end of a range, which may have begun in the bytes before. */
  #readName(bytes: Uint8Array, from: number, to: number): void {
    let begin = to
    while (begin > from && kinds[bytes[begin - 1] ?? 0] === NAME) begin--
    let name = SEED
    let ending = 0
    if (begin === from) {
      name = this.#name
      ending = this.#ending
    } else this.#isLabel = false
    for (let at = begin; at < to; at++) {
      const code = bytes[at] ?? 0
      name = Math.imul(name ^ code, HASH)
      ending = (ending << 8) | code
    }
    this.#name = name
    this.#ending = ending
  }

  get #isAwaiting(): boolean {
    return this.#awaits !== 'nothing'
  }

  /** Whether a text without quotes begins here. */
  #startsBare(code: number, at: number): boolean {
    const awaits = this.#awaits
    const { isInObject } = this.#path
    if (awaits === 'word' && code === SPACE && isInObject) return false
    this.#awaits = awaits === 'space' && code === SPACE ? 'line' : 'nothing'
    if (awaits === 'space' || code <= SPACE || kinds[code] === MARK) return false
    this.#state = awaits === 'line' ? 'line' : 'word'
    this.#beginText(at)
    return true
  }

  #mark(code: number, at: number): void {
    const path = this.#path
    if (code === QUOTE) this.#quote(at)
    else if (code === COLON) this.#colon()
    else if (code === EQUALS) this.#equals()
    else if (code === COMMA) path.next()
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) this.#open(code === OPEN_BRACKET, at)
    else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && path.close()) this.#sink.endRecord()
    if (code !== QUOTE) this.#name = SEED
    this.#isLabel = false
    this.#isLineStart = false
  }

  #open(isList: boolean, at: number): void {
    if (this.#isLineStart) this.#path.clear()
    if (!this.#path.open(isList)) return
    if (!this.#isFirstOfLine) this.#record = this.#base + at
    this.#isFirstOfLine = false
  }

  #quote(at: number): void {
    this.#awaits = 'nothing'
    this.#name = SEED
    if (this.#path.awaitsName) {
      this.#state = 'name'
      return
    }
    this.#state = 'text'
    this.#beginText(at + 1)
  }

  #colon(): void {
    if (this.#path.isInObject) {
      this.#path.name(this.#name, this.#ending)
      // The number of a request tells records apart; other numbers are no texts.
      if (this.#path.isId) this.#awaits = 'word'
    } else if (this.#isLabel) this.#label('space')
  }

  #equals(): void {
    if (this.#name !== SEED) this.#label(this.#isLabel && isUpper(this.#ending) ? 'line' : 'word')
  }

  #label(awaits: 'word' | 'space' | 'line'): void {
    this.#path.name(this.#name, this.#ending)
    this.#awaits = awaits
  }

  #newLine(offset: number): void {
    if (this.#path.isEmpty) this.#sink.endRecord()
    this.#path.endLine()
    this.#name = SEED
    this.#awaits = 'nothing'
    this.#isLabel = true
    this.#isLineStart = true
    this.#isFirstOfLine = true
    this.#record = this.#base + offset
  }

  #inName(bytes: Uint8Array, from: number, to: number): number {
    let name = this.#name
    let ending = this.#ending
    let at = from
    for (; at < to; at++) {
      const code = bytes[at] ?? 0
      if (code === QUOTE || code === NEWLINE) {
        this.#state = 'outside'
        if (code === QUOTE) at++
        break
      }
      name = Math.imul(name ^ code, HASH)
      ending = (ending << 8) | code
    }
    this.#name = name
    this.#ending = ending
    return at
  }

  #inText(bytes: Uint8Array, from: number, to: number): number {
    let at = from
    if (this.#escape.isOpen) {
      while (at < to && this.#escape.isOpen) this.#escape.add(bytes[at++] ?? 0)
      if (!this.#escape.isOpen) this.#sink.add(this.#escape.bytes, 0, this.#escape.length, true)
      return at
    }
    let code = 0
    for (; at < to; at++) {
      code = bytes[at] ?? 0
      if (code === QUOTE || code === BACKSLASH || code === NEWLINE) break
    }
    if (at > from) this.#sink.add(bytes, from, at, false)
    if (at === to) return to
    if (code === BACKSLASH) this.#escape.begin()
    else this.#endText()
    return code === NEWLINE ? at : at + 1
  }

  /** To the next space, or to the line's end; a `{` begins JSON. */
  #inBare(bytes: Uint8Array, from: number, to: number): number {
    const isWord = this.#state === 'word'
    const { isInObject } = this.#path
    let at = from
    for (; at < to; at++) {
      const code = bytes[at] ?? 0
      if (code === NEWLINE || code === RETURN || code === OPEN_BRACE) break
      if (isWord && (code === SPACE || code === QUOTE || (isInObject && kinds[code] === MARK))) break
    }
    if (at > from) this.#sink.add(bytes, from, at, false)
    if (at < to) this.#endText()
    return at
  }

  #beginText(at: number): void {
    this.#sink.begin(this.#path.field, this.#record, this.#base + at)
  }

  #endText(): void {
    this.#state = 'outside'
    this.#name = SEED
    this.#isLabel = false
    this.#escape.cancel()
    this.#sink.end(this.#path.isId)
  }
}

const isUpper = (ending: number): boolean => (ending & LOWER_BIT) === 0
