/** What a stand-in upstream is told to do with a request. */
export type UpstreamReply =
  | {
      readonly kind: 'answer'
      readonly text: string
      /** to be awaited, where there is one, before anything is answered, and again before the last byte of the answer */
      readonly hold?: Hold
    }
  | { readonly kind: 'fail'; readonly status: number; readonly text: string }
  /** accept the request and never answer */
  | { readonly kind: 'stall' }

/** Where an answer is held back while somebody looks at what the deployment has in its memory. */
export type HeldAt = 'asked' | 'answering'
export type Hold = (at: HeldAt) => Promise<void>

/** Decides the reply to a request that reached the upstream, from the request's body. */
export type Respond = (body: Uint8Array) => UpstreamReply

/** Something that a deployment needs: a database, an upstream. Started before it, stopped after it. */
export interface Service {
  /** true for a stand-in upstream: it answers by `respond`, so outputs carry canaries of their own */
  readonly upstream?: boolean
  /** @throws when it cannot start; the run then ends before any traffic */
  start(context: { readonly respond: Respond; readonly signal: AbortSignal }): Promise<RunningService>
}

export interface RunningService {
  /** how the deployment reaches it: `${services.NAME.url}` in the configuration */
  readonly url: string
  /** where it keeps its data on this machine, if it does: `${services.NAME.folder}` in the configuration */
  readonly folder?: string
  /** idempotent; leaves no process and no file behind */
  stop(): Promise<void>
}
