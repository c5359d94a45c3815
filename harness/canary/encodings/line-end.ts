import type { Codes } from '../form.ts'

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const LONGEST_LINE_END = 2
const BACKSLASH = 0x5c
const LETTER_N = 0x6e
const LETTER_R = 0x72
/** A string within a string of JSON, within another. */
const MOST_BACKSLASHES = 4

const isLineEnd = (code: number | undefined): boolean => code === LINE_FEED || code === CARRIAGE_RETURN

/** Where the next character of wrapped text is: at `at`, or beyond a line end that stands there. */
export function skipLineEnd(codes: Codes, at: number, step: 1 | -1): number {
  for (let skipped = 0; skipped < LONGEST_LINE_END && isLineEnd(codes[at]); skipped++) at += step
  return at
}

/** The same for text that also stands in strings of JSON and of programs, where a line end is written as `\n`. */
export function skipWrittenLineEnd(codes: Codes, at: number, step: 1 | -1): number {
  for (let skipped = 0; skipped < LONGEST_LINE_END; skipped++) {
    const length = isLineEnd(codes[at]) ? 1 : step === 1 ? escapeAfter(codes, at) : escapeBefore(codes, at)
    if (length === 0) break
    at += step * length
  }
  return at
}

const isLetter = (code: number | undefined): boolean => code === LETTER_N || code === LETTER_R

function escapeAfter(codes: Codes, at: number): number {
  let run = 0
  while (run < MOST_BACKSLASHES && codes[at + run] === BACKSLASH) run++
  return run > 0 && isLetter(codes[at + run]) ? run + 1 : 0
}

function escapeBefore(codes: Codes, at: number): number {
  if (!isLetter(codes[at])) return 0
  let run = 0
  while (run < MOST_BACKSLASHES && codes[at - 1 - run] === BACKSLASH) run++
  return run > 0 ? run + 1 : 0
}
