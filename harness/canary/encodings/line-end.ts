import type { Codes } from '../form.ts'

const LINE_FEED = 10
const CARRIAGE_RETURN = 13
const LONGEST_LINE_END = 2

const isLineEnd = (code: number | undefined): boolean => code === LINE_FEED || code === CARRIAGE_RETURN

/** Where the next character of wrapped text is: at `at`, or beyond a line end that stands there. */
export function skipLineEnd(codes: Codes, at: number, step: 1 | -1): number {
  for (let skipped = 0; skipped < LONGEST_LINE_END && isLineEnd(codes[at]); skipped++) at += step
  return at
}
