/** What is said of a part of a text: `assembly/pieces/flags.ts`. */

/** A piece begins; otherwise the last one goes on. */
export const BEGIN = 1
/** The layer says something else there: it was escaped, or it is no part of it. */
export const ALTERED = 2
/** What came before in this text was not given. */
export const GAP = 8
/** It is of lines, not of a field. */
export const LINES = 16
