import type { Codes } from '../../canary/form.ts'

/** Takes what came out of a container. False: no more is wanted. */
export type Output = (bytes: Uint8Array) => Promise<boolean>

/** One container being decoded while its bytes come. Never throws on any bytes. */
export interface Decoding {
  /** Decodes what can be decoded; the bytes may be reused once it has settled. False: the container has ended. */
  write(bytes: Uint8Array, output: Output): Promise<boolean>
  /** No more bytes come. Called once, also after the container has ended. */
  end(output: Output): Promise<void>
  /** how many of the written bytes belong to the container */
  readonly consumed: number
  /** why a part of the container could not be decoded, or came out wrong; or null */
  readonly damage: string | null
  /** Enough was read that these are no other bytes that happened to look so. Final once `end` has settled. */
  readonly isCertain: boolean
}

/** Opens containers of one kind. */
export interface Decoder {
  /** as it stands in `via` */
  readonly name: string
  /**
   * `text`: what comes out was already looked for under this encoding, unless it is encoded twice more.
   * `frame`: what comes out is what stands in it, joined: containers that begin in it are opened there and only there.
   * `store`: what comes out are values that it packs or cuts, one after another. It may be of any size, and hold none.
   */
  readonly kind: 'compressed' | 'text' | 'frame' | 'store'
  /** for text and pages: units begin at every so many bytes, so that two runs in one place are the same run; else null */
  readonly period: number | null
  open(): Decoding
}

/** A decoder that can tell other bytes from its own. */
export interface ProbingDecoder extends Decoder {
  /** Whether a container may begin at `at`, judged by at least 32 bytes unless the stream ends before. Must be cheap. */
  isPlausible(codes: Codes, at: number): boolean
}

/** A decoder whose containers are known by how they begin, and opened wherever they stand. */
export interface CarvedDecoder extends ProbingDecoder {
  /** what its containers begin with, each of at least 3 bytes */
  readonly magics: readonly Uint8Array[]
  /** how many bytes of a container come before its magic, at most 32; none where it is not said */
  readonly lead?: number
  /** not said of formats that nobody puts under a text encoding */
  readonly wrapped?: WrappedMagics
}

/** Magics as they are looked for under text encodings. */
export interface WrappedMagics {
  /** the magics of the container where others are not said */
  readonly magics?: readonly Uint8Array[]
  /** how many encodings may stand on top of each other over the magic */
  readonly depth: number
  /** only where a run of encoded text begins: for magics so short that they are frequent elsewhere */
  readonly onlyAtBegin?: boolean
}
