import type { DataClass } from '../model/canary.ts'

/** Text with canaries in it for one field of a request. Long text carries one at the head, in the middle and at the tail. */
export interface Fill {
  /** text of about the run's size (200 B to 1 MiB) with canaries at head, middle and tail */
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
}

/** A request as a surface describes it, before it is sent. */
export interface SurfaceRequest {
  readonly surface: string
  readonly variant: string
  readonly method: 'GET' | 'POST'
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

/** A point where traffic enters: one API, all its variants, every field that a user fills. */
export interface Surface {
  /** such as `openai.chat` */
  readonly id: string
  readonly variants: readonly string[]
  request(variant: string, fill: Fill, options: SurfaceOptions): SurfaceRequest
  /** whether a 2xx body is an answer of this protocol; `requestId` where it gives one */
  read(body: Uint8Array, streamed: boolean): { readonly valid: boolean; readonly requestId: string | null }
}
