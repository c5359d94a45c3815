import { FRAGMENT_LENGTH } from '../needles.ts'
import type { JoinedText } from './joined-text.ts'
import { type EndedLine, isSpace, type Line, textEnd, textStart, trimmed } from './line-frame.ts'
import type { NeedleParts } from './needle-parts.ts'

const NEWLINE = 0x0a
const SEPARATOR = Uint8Array.of(0x20)
/** Longer lines are joined as they come, without a look at how they end. */
const WHOLE = 2048
/** Two words of so many bytes may be evidence of an output, and are joined whatever they are. */
const LONGEST_SIFTED = 32

/** A line in a buffer that is used again: it waits for the next one, to see what they have in common at their ends. */
class Held implements EndedLine {
  readonly bytes = new Uint8Array(WHOLE)
  readonly from = 0
  to = 0
  end = 0
  start = 0
  offset = 0
}

/**
 * Joins the lines of a text without what stands before and behind them: a time and a level, `> `, `| `, an indentation,
 * a soft line break. So what was cut or folded at any width is whole again.
 */
export class FoldedLines {
  readonly #text: JoinedText
  readonly #parts: NeedleParts
  readonly #onLine: (line: Line, offset: number) => void
  #before: Held | null = null
  #held: Held | null = null
  /** the line whose end has not come yet */
  #line = new Held()
  #spare = [new Held(), new Held()]
  /** it is longer than `WHOLE`: its beginning was joined already */
  #isLong = false
  /** words that go on over lines, while they are too short to be joined */
  #chain: { readonly record: number; readonly offset: number; readonly length: number }[] = []
  readonly #chainBytes = new Uint8Array(FRAGMENT_LENGTH)
  #chainLength = 0
  #isLive = false
  /** the last word of `#before`, a line of several: nothing else is in the chain, and it waits for the next line */
  #hasLast = false
  #lastStart = 0
  #lastEnd = 0

  /** @param onLine is given every line that is not long; its bytes are reused */
  constructor(text: JoinedText, parts: NeedleParts, onLine: (line: Line, offset: number) => void) {
    this.#text = text
    this.#parts = parts
    this.#onLine = onLine
  }

  /** @param offset of `bytes[0]` in the layer */
  push(bytes: Uint8Array, from: number, to: number, offset: number): void {
    for (let at = from; at < to; ) {
      const newline = bytes.indexOf(NEWLINE, at)
      const end = newline < 0 || newline > to ? to : newline
      if (this.#line.to === 0 && !this.#isLong) this.#line.offset = offset + at
      this.#take(bytes, at, end)
      if (end < to) this.#endLine()
      at = end + 1
    }
  }

  /** What follows does not belong to what came before. */
  break(): void {
    this.#endLine()
    this.#settle(null)
    this.#hasLast = false
    this.#endChain()
    this.#forget(this.#before)
    this.#before = null
  }

  #take(bytes: Uint8Array, from: number, to: number): void {
    const line = this.#line
    if (!this.#isLong && line.to + to - from > WHOLE) this.#beginLong()
    if (this.#isLong) {
      this.#text.add(bytes, from, to, false)
      return
    }
    if (to - from > 32) line.bytes.set(bytes.subarray(from, to), line.to)
    else for (let at = from, put = line.to; at < to; at++) line.bytes[put++] = bytes[at] ?? 0
    line.to += to - from
  }

  #beginLong(): void {
    const line = this.#line
    line.start = textStart(line, this.#held ?? this.#before)
    line.end = trimmed(line.bytes, line.from, line.to)
    this.#settle(line)
    this.#joinLast()
    this.#joinLive(line, line.start, line.to)
    this.#isLong = true
  }

  #endLine(): void {
    const line = this.#line
    if (this.#isLong) {
      this.#forget(this.#before)
      this.#before = line
      this.#line = this.#spare.pop() ?? new Held()
    } else if (line.to > 0) {
      this.#onLine(line, line.offset)
      line.start = textStart(line, this.#held ?? this.#before)
      line.end = trimmed(line.bytes, line.from, line.to)
      if (line.start < line.to) this.#hold(line)
    }
    this.#line.to = 0
    this.#isLong = false
  }

  #hold(line: Held): void {
    this.#settle(line)
    this.#held = line
    this.#line = this.#spare.pop() ?? new Held()
  }

  /**
   * Joins the line that was held, now that the next one is known. Of a line of several words only the first and the last
   * go on in another: what is encoded has no spaces.
   */
  #settle(next: Held | null): void {
    const line = this.#held
    if (line === null) return
    const { bytes, start } = line
    const end = textEnd(line, start, this.#before, next)
    let firstEnd = start
    while (firstEnd < end && !isSpace(bytes[firstEnd])) firstEnd++
    if (firstEnd === end || this.#mayGoOn(line, firstEnd)) {
      this.#joinLast()
      this.#join(line, start, firstEnd)
    }
    this.#hasLast = firstEnd < end
    if (this.#hasLast) {
      this.#endChain()
      let lastStart = end
      while (lastStart > firstEnd && !isSpace(bytes[lastStart - 1])) lastStart--
      this.#lastStart = lastStart
      this.#lastEnd = end
    }
    this.#forget(this.#before)
    this.#before = line
    this.#held = null
  }

  /** Whether the first word of a line of several may go on what the lines before have at their end. */
  #mayGoOn(line: Held, firstEnd: number): boolean {
    const { bytes, start } = line
    const before = this.#before
    if (!this.#hasLast || before === null) return true
    const length = this.#lastEnd - this.#lastStart + firstEnd - start
    if (length < FRAGMENT_LENGTH) return false
    if (length >= LONGEST_SIFTED) return true
    return this.#parts.mayLieOver(before.bytes, this.#lastStart, this.#lastEnd, bytes, start, firstEnd)
  }

  /** The last word of the line before is joined: it was not, as long as it might have been dropped. */
  #joinLast(): void {
    if (this.#hasLast && this.#before !== null) this.#join(this.#before, this.#lastStart, this.#lastEnd)
    this.#hasLast = false
  }

  /** Adds to the chain of words that go on over lines. It is joined once it is long enough to hold anything. */
  #join(line: Held, from: number, to: number): void {
    if (to === from) return
    if (this.#isLive || this.#chainLength + to - from >= FRAGMENT_LENGTH) {
      this.#joinLive(line, from, to)
      return
    }
    for (let at = from; at < to; at++) this.#chainBytes[this.#chainLength++] = line.bytes[at] ?? 0
    this.#chain.push({ record: line.offset, offset: line.offset + from, length: to - from })
  }

  #joinLive(line: Held, from: number, to: number): void {
    if (!this.#isLive) this.#startChain()
    this.#text.begin(line.offset, line.offset + from, false)
    this.#text.add(line.bytes, from, to, false)
  }

  #startChain(): void {
    let at = 0
    for (const { record, offset, length } of this.#chain) {
      this.#text.begin(record, offset, false)
      this.#text.add(this.#chainBytes, at, at + length, false)
      at += length
    }
    this.#isLive = true
  }

  #endChain(): void {
    if (this.#isLive) this.#text.add(SEPARATOR, 0, 1, false)
    this.#isLive = false
    this.#chainLength = 0
    if (this.#chain.length > 0) this.#chain = []
  }

  #forget(line: Held | null): void {
    if (line !== null) this.#spare.push(line)
  }
}
