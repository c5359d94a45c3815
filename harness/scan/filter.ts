/** A place where one of the filter's needles stands whole. */
export interface Match {
  /** the needle's index in the list that the filter was made from */
  readonly needle: number
  /** where it begins in the bytes */
  readonly at: number
}

/**
 * Finds every place of every needle. The kernel of the scan, and all that knows how bytes are searched: it can be
 * replaced without a change elsewhere.
 */
export interface Filter {
  /** the longest needle's length */
  readonly longest: number
  /** Matches that begin at or after `from` and before `to`, and end at or before `end` and within the bytes, in order. */
  find(bytes: Uint8Array<ArrayBuffer>, from: number, to: number, end: number): Match[]
}
