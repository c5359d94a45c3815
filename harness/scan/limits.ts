import { USUAL_DEPTH } from '../canary/closure.ts'

const MIB = 2 ** 20

/** Bounds of the scan of one stream. What a bound keeps from being scanned is said in the coverage. */
export interface Limits {
  /** text encodings on top of each other; 3 takes about eight times as many needles as 2 */
  readonly encodings: number
  /** containers within containers */
  readonly depth: number
  /** bytes that all containers of the stream may unpack to */
  readonly unpackedBytes: number
  /** bytes unpacked for each byte of the stream; one layer of deflate reaches 1,032 at most */
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
  ratio: 1100,
  openContainers: 64,
  falseStartsPerMiB: 64,
}
