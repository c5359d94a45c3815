import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import type { Answer, Bounds, Ending, Transport } from './transport.ts'
import { codeOf, endingOf, flatHeaders } from './transport.ts'
import type { Wire } from './wire.ts'

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/**
 * For bodies of many pieces, and for requests in the midst of which something is done to the deployment: Node's own
 * client, which sends piece by piece and tells when the request has left. Redirects are not followed.
 */
export const pieceTransport: Transport = async (baseUrl, wire, bounds) => {
  const { limit, signal, now } = bounds
  const timeout = AbortSignal.timeout(bounds.timeoutMs)
  const stop = AbortSignal.any([timeout, signal])
  const chunks: Buffer[] = []
  let head: Pick<Answer, 'status' | 'headers' | 'answeredAt'> = { status: null, headers: {}, answeredAt: null }
  const answer = (ending: Ending, code: string | null): Answer => {
    return { ...head, body: Buffer.concat(chunks).subarray(0, limit), ending, code }
  }
  try {
    const response = await responseTo(baseUrl, wire, bounds, stop)
    head = { status: response.statusCode ?? null, headers: flatHeaders(response.headers), answeredAt: now() }
    let bytes = 0
    for await (const chunk of decompressed(response)) {
      chunks.push(chunk)
      bytes += chunk.length
      if (isSuccess(response)) bounds.onChunk?.()
      if (bytes > limit) return answer('too-long', null)
    }
    // An answer that ends with its connection seems whole when we end that.
    if (!stop.aborted) return answer('whole', null)
  } catch (error) {
    const code = codeOf(error)
    if (!stop.aborted) return answer(endingOf(code, head.status !== null), code)
  }
  return answer(signal.aborted ? 'interrupted' : 'timed-out', null)
}

async function responseTo(baseUrl: string, wire: Wire, bounds: Bounds, stop: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(`${baseUrl}${wire.path}`)
  const length = wire.body.reduce((sum, piece) => sum + piece.byteLength, 0)
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    method: 'POST',
    headers: { ...wire.headers, 'content-length': length },
    signal: stop,
    agent: false,
  })
  // Whatever comes later than the answer's head is told by the answer.
  request.on('error', () => {})
  if (bounds.onSent !== undefined) request.once('finish', bounds.onSent)
  const refused = new AbortController()
  void send(request, wire.body, refused.signal)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  // Whoever refuses a body need not read it to its end.
  if (!isSuccess(response)) refused.abort()
  return response
}

/** Never rejects: why it could not be sent is told by the request's own error. */
async function send(request: ClientRequest, pieces: readonly Uint8Array[], refused: AbortSignal): Promise<void> {
  try {
    for (const piece of pieces) {
      if (refused.aborted || request.destroyed) return
      if (!request.write(piece)) await once(request, 'drain', { signal: refused })
    }
    request.end()
  } catch {
    return
  }
}

/** Nobody asked for a compressed answer, but one may come. */
function decompressed(response: IncomingMessage): AsyncIterable<Buffer> {
  const decoder = decoders[response.headers['content-encoding'] ?? '']
  return decoder === undefined ? response : pipeline(response, decoder(), () => {})
}

const isSuccess = ({ statusCode = 0 }: IncomingMessage): boolean => statusCode >= 200 && statusCode < 300
