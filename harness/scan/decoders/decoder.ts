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
  /** why a part of the container could not be decoded, or null */
  readonly damage: string | null
}

/** Opens containers of one kind. */
export interface Decoder {
  /** as it stands in `via` */
  readonly name: string
  /** `text`: what comes out was already looked for under this encoding, unless it is encoded twice more */
  readonly kind: 'compressed' | 'text'
  /** for text: units begin at every so many bytes, so that two runs of it in one place are the same run; else null */
  readonly period: number | null
  open(): Decoding
}
