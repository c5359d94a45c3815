/**
 * Takes a part of a text that is to be scanned: what was joined so far may hold a needle, or a record.
 * @param stream tells texts apart that are joined @param record where its record or line begins in the layer, and
 * @param offset itself @param address of its bytes @param flags as in `flags.ts`
 */
export declare function take(stream: u32, record: f64, offset: f64, address: u32, length: u32, flags: u32): void

/** Takes a line that may be one of a dump. */
export declare function dump(address: u32, length: u32, offset: f64): void

/** Says that a text is not joined to its end: there were too many fields. */
export declare function loseField(): void

/**
 * Says that what came before is gone where a needle may lie over two pieces.
 * @param seam address of the last bytes before, and of the first so many behind
 */
export declare function losePieces(seam: u32, before: u32, after: u32): void
