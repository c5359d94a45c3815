import type { HeldAt, Respond, UpstreamReply } from '../model/service.ts'

interface Armed {
  readonly at: HeldAt
  /** told, with what lets it go, once an answer is held */
  readonly reached: (release: () => void) => void
}

/** Holds back an answer of our upstream, so that memory can be looked at while a request is surely under way. */
export class HeldAnswers {
  readonly #respond: Respond
  #armed: Armed | null = null

  constructor(respond: Respond) {
    this.#respond = respond
  }

  /** Given to a service in place of what decides its replies. */
  readonly respond: Respond = body => {
    const reply = this.#respond(body)
    return this.#armed === null || reply.kind !== 'answer' ? reply : { ...reply, hold: this.#hold }
  }

  /** Holds the next answer back. Settles, with what lets it go, once one is held; never where no service holds any. */
  next(at: HeldAt): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<() => void>()
    this.#armed = { at, reached: resolve }
    return promise
  }

  /** Holds nothing back any more. */
  disarm(): void {
    this.#armed = null
  }

  readonly #hold: NonNullable<Extract<UpstreamReply, { kind: 'answer' }>['hold']> = async at => {
    const armed = this.#armed
    if (armed?.at !== at) return
    this.#armed = null
    const { promise, resolve } = Promise.withResolvers<void>()
    armed.reached(resolve)
    await promise
  }
}
