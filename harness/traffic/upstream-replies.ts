import { gunzipSync } from 'node:zlib'
import type { Canary, DataClass } from '../model/canary.ts'
import type { Respond, UpstreamReply } from '../model/service.ts'
import { jsonOf } from './answer-body.ts'
import type { MintCanary } from './fill.ts'
import { longText } from './fill.ts'
import { longestText } from './longest-text.ts'

/** What our upstream does with the requests of one exchange. */
export interface ReplyPlan {
  /** texts of the canaries that the exchange carries: a request that holds one of them belongs to it */
  readonly carried: readonly string[]
  readonly reply: 'answer' | 'fail' | 'stall'
  /** the class of what the upstream answers */
  readonly output: DataClass
  /** called at its first request */
  readonly onAsked?: (() => void) | undefined
}

interface Pending extends ReplyPlan {
  readonly minted: Canary[]
  /** made at the first request; a retry gets the same one, so that retries without end mint nothing more */
  made: UpstreamReply | null
}

const answerBytes = 560
const quotedCharacters = 300
const mostInflatedBytes = 64 * 1024 * 1024
const neutral: UpstreamReply = { kind: 'answer', text: 'There is nothing to say about this.' }

/** Replies of the upstream that is ours: to each exchange its own, with canaries that only the upstream knew. */
export class UpstreamReplies {
  readonly #mint: MintCanary
  readonly #pending = new Map<string, Pending>()

  constructor(mint: MintCanary) {
    this.#mint = mint
  }

  /** Replies by this plan from now on to requests that hold a canary of the exchange. */
  expect(exchange: string, plan: ReplyPlan): void {
    this.#pending.set(exchange, { ...plan, minted: [], made: null })
  }

  /** Ends an exchange. Returns the canaries that the upstream answered with. */
  forget(exchange: string): readonly Canary[] {
    const minted = this.#pending.get(exchange)?.minted ?? []
    this.#pending.delete(exchange)
    return minted
  }

  /** Given to a service; a request that belongs to no exchange gets an answer without a canary. */
  readonly respond: Respond = raw => {
    const body = inflated(raw)
    const owner = this.#pending.entries().find(([, { carried }]) => carried.some(text => body.includes(text)))
    if (!owner) return neutral
    const [exchange, pending] = owner
    if (pending.made === null) {
      pending.made = this.#reply(exchange, pending, body)
      pending.onAsked?.()
    }
    return pending.made
  }

  #reply(exchange: string, pending: Pending, body: Buffer): UpstreamReply {
    if (pending.reply === 'stall') return { kind: 'stall' }
    const canary = (field: string, position: Canary['position']) => {
      const made = this.#mint({ role: 'upstream', data: pending.output, exchange, field, position })
      pending.minted.push(made)
      return made.text
    }
    if (pending.reply === 'fail') {
      const quote = promptOf(body).slice(-quotedCharacters)
      return {
        kind: 'fail',
        status: 500,
        text: `Failed as ${canary('upstream.error', 'middle')} at the prompt: ${quote}`,
      }
    }
    const field = 'upstream.answer'
    const placed = { head: canary(field, 'head'), middle: canary(field, 'middle'), tail: canary(field, 'tail') }
    return { kind: 'answer', text: longText(`${exchange} ${field}`, answerBytes, placed) }
  }
}

/** The longest text of a JSON body; the whole body where it is not JSON. */
function promptOf(body: Buffer): string {
  return longestText(jsonOf(body))?.text ?? body.toString('latin1')
}

function inflated(raw: Uint8Array): Buffer {
  const body = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  if (body[0] !== 0x1f || body[1] !== 0x8b) return body
  try {
    return gunzipSync(body, { maxOutputLength: mostInflatedBytes })
  } catch {
    return body
  }
}
