import { createHash } from 'node:crypto'
import type { Canary, DataClass } from '../model/canary.ts'
import type { Exchange } from '../model/exchange.ts'
import type { FaultyRequest } from './fault.ts'
import type { MintCanary } from './fill.ts'
import { ExchangeFill } from './fill.ts'
import { outcomeOf } from './outcome.ts'
import { type Output, outputsIn } from './outputs.ts'
import { pieceTransport } from './piece-transport.ts'
import type { Case } from './plan.ts'
import { requestTransport } from './request-transport.ts'
import { returnedIn } from './returned.ts'
import { streamTransport } from './stream-transport.ts'
import type { SurfaceRequest } from './surface.ts'
import type { Answer, Transport } from './transport.ts'
import type { UpstreamReplies } from './upstream-replies.ts'
import { carriedBy, type Wire, wireOf } from './wire.ts'

/** What an exchange needs besides its case. All times are in milliseconds. */
export interface CaseContext {
  /** of the deployment, with or without a slash at its end */
  readonly baseUrl: string
  /** header values that identify the caller; they win over `headers` */
  readonly credentials: Readonly<Record<string, string>>
  /** sent with every request, such as a routing header */
  readonly headers: Readonly<Record<string, string>>
  /** bytes of a long field */
  readonly size: number
  /** for one request */
  readonly timeoutMs: number
  /** for one request whose upstream stalls */
  readonly stallTimeoutMs: number
  readonly mint: MintCanary
  /** of our upstream; null where there is none behind the deployment */
  readonly replies: UpstreamReplies | null
  /** called with every output of an answer; null where outputs are known by canaries of our upstream */
  readonly keepOutput: ((made: MadeOutput) => void) | null
  /** called once the request is in its midst: held by our upstream, or sent; of a streamed one, with its first chunk */
  readonly onMidst?: () => void
  readonly now: () => Date
  readonly signal: AbortSignal
}

/** An output with the exchange that it came back in. */
export interface MadeOutput extends Output {
  readonly exchange: string
  readonly data: DataClass
  /** the body of the request, each of its pieces once */
  readonly asked: Uint8Array
}

/** The longest answers of these APIs are far shorter. */
const answerLimit = 8 * 1024 * 1024

/** Where deployments give a request id, the usual one first. */
const idHeaders = ['x-request-id', 'request-id', 'x-amzn-requestid', 'cf-ray']
const plausibleId = /^[\w.:-]{1,128}$/

/** Drives one case within its timeout and within `leftMs`, whatever the deployment does, and says what became of it. */
export async function driveCase(id: string, driven: Case, leftMs: number, context: CaseContext): Promise<Exchange> {
  const { surface, variant, fault, options } = driven
  const { baseUrl, headers, credentials, now, signal, replies } = context
  const fill = new ExchangeFill(id, context.size, context.mint)
  const sound = surface.request(variant, fill, options)
  const { request, upstream, abortAfterChunks, padding = 0 }: FaultyRequest = fault?.apply(sound) ?? { request: sound }
  const wire = await wireOf(request, { ...headers, ...credentials }, padding)
  const texts = new Set(carriedBy(wire, fill.canaries.map(textOf)))

  const { onAsked, ...midst } = midstOf(request.streamed, context)
  replies?.expect(id, { carried: [...texts], reply: upstream ?? 'answer', output: request.output, onAsked })
  const startedAt = now()
  const answer = await transportFor(request, wire, context)(baseUrl.replace(/\/+$/, ''), wire, {
    timeoutMs: Math.min(leftMs, upstream === 'stall' ? context.stallTimeoutMs : context.timeoutMs),
    limit: answerLimit,
    signal,
    now,
    abortAfterChunks,
    ...midst,
  })
  const endedAt = now()
  const minted = [...fill.canaries, ...(replies?.forget(id) ?? [])]
  const reading = surface.read(answer.body, request.streamed)
  if (context.keepOutput !== null && isSuccess(answer)) {
    for (const output of outputsIn(answer.body, answer.headers['content-type'] ?? '', request.streamed)) {
      context.keepOutput({
        ...output,
        exchange: id,
        data: request.output,
        asked: Buffer.concat([...new Set(wire.body)]),
      })
    }
  }
  return {
    id,
    surface: surface.id,
    variant: variant.id,
    fault: fault?.id ?? null,
    startedAt: startedAt.toISOString(),
    answeredAt: answer.answeredAt?.toISOString() ?? null,
    endedAt: endedAt.toISOString(),
    status: answer.status,
    requestId: requestIdOf(answer, reading.requestId, minted),
    sent: digest(wire.body),
    received: digest([answer.body]),
    carried: fill.canaries.filter(canary => texts.has(canary.text)).map(idOf),
    returned: returnedIn(answer.body, request.streamed, minted).map(idOf),
    ...outcomeOf(answer, reading.valid),
  }
}

function transportFor({ streamed, body }: SurfaceRequest, wire: Wire, { onMidst }: CaseContext): Transport {
  if (onMidst !== undefined || wire.body.length > 1) return pieceTransport
  return streamed || body.kind === 'raw' ? streamTransport : requestTransport
}

/** What tells that a request is in its midst. */
function midstOf(streamed: boolean, { onMidst, replies }: CaseContext) {
  const onAsked = !streamed && replies !== null ? onMidst : undefined
  const onSent = !streamed && replies === null ? onMidst : undefined
  return { onAsked, onSent, onChunk: streamed ? onMidst : undefined }
}

const isSuccess = ({ status }: Answer): boolean => status !== null && status >= 200 && status < 300

/** null also for an id that holds an end of a canary: a run never holds the text of one. */
function requestIdOf({ headers }: Answer, ofBody: string | null, minted: readonly Canary[]): string | null {
  const candidates = [...idHeaders.map(name => headers[name]), ofBody]
  const shown = (id: string) =>
    minted.some(({ text }) => id.includes(text.slice(0, 16)) || id.includes(text.slice(-16)))
  const fit = (id: string) => plausibleId.test(id) && !shown(id)
  return candidates.find(id => typeof id === 'string' && fit(id)) ?? null
}

function digest(pieces: readonly Uint8Array[]): Exchange['sent'] {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return { bytes: pieces.reduce((sum, piece) => sum + piece.byteLength, 0), sha256: hash.digest('hex') }
}

const textOf = (canary: Canary): string => canary.text
const idOf = (canary: Canary): string => canary.id
