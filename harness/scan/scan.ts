import type { Role } from '../model/canary.ts'

/** A canary, or a part of an output, found in a stream of bytes. Offsets and lengths are in bytes of the outermost stream. */
export interface Hit {
  /** the 12-character id; characters that could not be read are `?` */
  readonly canary: string
  readonly role: Role
  /** decodings from the outside in; empty for plain */
  readonly via: readonly string[]
  /** of the encoded canary; for a canary inside a container (gzip), of the container */
  readonly offset: number
  /** of the encoded canary, in the layer in which it was found */
  readonly length: number
  /** sha256 of the encoded canary; for an output, keyed by the run */
  readonly sha256: string
  /** id read and its check verified, or a whole magic read together with its role; for an output, see `fingerprints/rule.ts` */
  readonly confirmed: boolean
}

/** What a scan covered. Each reason in `incomplete` is a bound that was hit or a container that could not be opened. */
export interface ScanCoverage {
  readonly bytes: number
  /** that came out of containers, and were scanned too */
  readonly unpacked: number
  readonly incomplete: readonly string[]
  /** those of `incomplete` that tell of what is damaged, or not of a format that is read; left out for none */
  readonly damaged?: readonly string[]
}

/** One stream being scanned. Chunks of any size and split; every origin is reported exactly once. */
export interface ScanStream {
  /** the chunk may be reused by the caller after the promise has settled */
  push(chunk: Uint8Array): Promise<void>
  /** flushes what was held back for a seam; the stream is then closed */
  end(): Promise<ScanCoverage>
}

/** Finds the canaries and the outputs of one run. Bounded in memory whatever the input; never throws on any bytes. */
export interface Scanner {
  /** how many streams are scanned at the same time: that many open at once are faster than one after another; else 1 */
  readonly atOnce?: number
  /** what it does not look for though another installation would, said beside every pass; null for nothing */
  readonly blindTo: string | null
  open(onHit: (hit: Hit) => void): ScanStream
  /** outputs to look for are not known yet: what passes only once must be kept, and scanned again when they are */
  readonly isWaiting?: boolean
}
