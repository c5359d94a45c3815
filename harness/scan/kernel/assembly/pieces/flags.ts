/** A piece begins; otherwise the last one goes on. */
export const BEGIN: u32 = 1
/** The layer says something else there: it was escaped, or it is no part of it. */
export const ALTERED: u32 = 2
/** The host has it. */
export const TAKEN: u32 = 4
/** What came before in this text was not given to the host. */
export const GAP: u32 = 8
/** It is of lines, not of a field. */
export const LINES: u32 = 16
