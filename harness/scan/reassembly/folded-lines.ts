import type { JoinedText } from './joined-text.ts'
import { type Line, textEnd, textStart } from './line-frame.ts'

const NEWLINE = 0x0a
/** Longer lines are joined as they come, without a look at how they end. */
const WHOLE = 2048

/** A line in a buffer that is used again: it waits for the next one, to see what they have in common at their ends. */
class Held implements Line {
  readonly bytes = new Uint8Array(WHOLE)
  readonly from = 0
  to = 0
  start = 0
  offset = 0
}

/**
 * Joins the lines of a text without what stands before and behind them: a time and a level, `> `, `| `, an indentation,
 * a soft line break. So what was cut or folded at any width is whole again.
 */
export class FoldedLines {
  readonly #text: JoinedText
  readonly #onLine: (line: Uint8Array, offset: number) => void
  #before: Held | null = null
  #held: Held | null = null
  /** the line whose end has not come yet */
  #line = new Held()
  #spare = [new Held(), new Held()]
  /** it is longer than `WHOLE`: its beginning was joined already */
  #isLong = false

  /** @param onLine is given every line that is not long; its bytes may be kept */
  constructor(text: JoinedText, onLine: (line: Uint8Array, offset: number) => void) {
    this.#text = text
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
    this.#settle(line)
    this.#text.begin(line.offset, line.offset + line.start, false)
    this.#text.add(line.bytes, line.start, line.to, false)
    this.#isLong = true
  }

  #endLine(): void {
    const line = this.#line
    if (this.#isLong) {
      this.#forget(this.#before)
      this.#before = line
      this.#line = this.#spare.pop() ?? new Held()
    } else if (line.to > 0) {
      this.#onLine(line.bytes.subarray(0, line.to), line.offset)
      line.start = textStart(line, this.#held ?? this.#before)
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

  /** Joins the line that was held, now that the next one is known. */
  #settle(next: Held | null): void {
    const line = this.#held
    if (line === null) return
    const end = textEnd(line, line.start, this.#before, next)
    this.#text.begin(line.offset, line.offset + line.start, false)
    this.#text.add(line.bytes, line.start, end, false)
    this.#forget(this.#before)
    this.#before = line
    this.#held = null
  }

  #forget(line: Held | null): void {
    if (line !== null) this.#spare.push(line)
  }
}
