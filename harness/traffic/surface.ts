import type { DataClass } from '../model/canary.ts'

/** Text with canaries in it for one field of a request. Long text carries one at the head, in the middle and at the tail. */
export interface Fill {
  /** text of the run's size (200 B to 1 MiB) with canaries at head, middle and tail */
  long(field: string): string
  /** a few words with one canary */
  short(field: string): string
  /** exactly one canary and nothing else, for fields that allow letters and digits only (names, header values, stop strings) */
  bare(field: string): string
}

export type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | {
      readonly kind: 'multipart'
      readonly fields: Readonly<Record<string, string>>
      readonly files: readonly FilePart[]
    }
  /** bytes as they are, for malformed bodies */
  | { readonly kind: 'raw'; readonly contentType: string; readonly bytes: Uint8Array }

export interface FilePart {
  readonly field: string
  readonly fileName: string
  readonly contentType: string
  readonly bytes: Uint8Array
  /** a text in the file that may be made longer; null where there is none */
  readonly text: {
    /** as it stands in `bytes` */
    readonly of: string
    /** `bytes` with all its lengths as they must be once the text is so many bytes longer */
    announcing(padding: number): Uint8Array
  } | null
}

/** A request as a surface describes it, before it is sent; always a POST. */
export interface SurfaceRequest {
  /** path below the deployment's base URL, with query string */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
  /** the answer comes as server-sent events */
  readonly streamed: boolean
  /** the class of what comes back */
  readonly output: DataClass
}

export interface SurfaceOptions {
  /** base path of this API in the deployment, such as `/v1/openai` */
  readonly base: string
  readonly model: string
}

/** One form of a surface's request. The first of a surface has a JSON body and is not streamed: faults build on it. */
export interface Variant {
  /** such as `plain`, `streamed`, `multipart` */
  readonly id: string
  /** the answer comes as server-sent events */
  readonly streamed: boolean
  /** the body is a form with a file that may be of any size */
  readonly upload?: true
}

/** Whether a 2xx body is an answer of the protocol, and the request id where the body gives one. */
export interface Reading {
  readonly valid: boolean
  readonly requestId: string | null
}

/** A point where traffic enters: one API, all its variants, every field that a user fills. */
export interface Surface {
  /** such as `openai.chat` */
  readonly id: string
  readonly variants: readonly [Variant, ...Variant[]]
  /** where a configuration leaves out the base path or the model */
  readonly defaults: SurfaceOptions
  /** never a canary in the model or in a sampling parameter: promises allow those in logs */
  request(variant: Variant, fill: Fill, options: SurfaceOptions): SurfaceRequest
  /** never throws, on any bytes */
  read(body: Uint8Array, streamed: boolean): Reading
}
