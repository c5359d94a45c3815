import { USUAL_DEPTH } from '../canary/closure.ts'

const MIB = 2 ** 20

/** Bounds of the scan of one stream. What a bound keeps from being scanned is said in the coverage. */
export interface Limits {
  /** text encodings on top of each other; 3 takes about eight times as many needles as 2 */
  readonly encodings: number
  /** containers within containers */
  readonly depth: number
  /** bytes that one container may unpack to, and all of a stream together besides what `usualRatio` allows */
  readonly unpackedBytes: number
  /** bytes unpacked for each byte of the stream beyond `unpackedBytes`: more than ordinary archives reach */
  readonly usualRatio: number
  /**
   * Bytes unpacked for each byte of the stream, whatever its size. One layer of deflate reaches 1,032 at most, lz4 255;
   * zstd, brotli, xz and bzip2 thousands and more, but only for what is nearly all the same.
   */
  readonly ratio: number
  /** containers open at the same time */
  readonly openContainers: number
  /** in one MiB of the stream, or of what was unpacked: places that look like the beginning of a container and are none */
  readonly falseStartsPerMiB: number
}

export const defaultLimits: Limits = {
  encodings: USUAL_DEPTH,
  depth: 5,
  unpackedBytes: 256 * MIB,
  usualRatio: 32,
  ratio: 1100,
  openContainers: 64,
  falseStartsPerMiB: 64,
}
