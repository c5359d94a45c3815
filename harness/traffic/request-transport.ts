import type { IncomingMessage } from 'node:http'
import supertest from 'supertest'
import type { Answer, Ending, Transport } from './transport.ts'
import { codeOf, endingOf, flatHeaders } from './transport.ts'

/** One request, one whole answer: supertest. Redirects are not followed, since they might lead elsewhere. */
export const requestTransport: Transport = async (baseUrl, wire, { timeoutMs, limit, signal, now }) => {
  const timeout = AbortSignal.timeout(timeoutMs)
  const stop = AbortSignal.any([timeout, signal])
  const chunks: Buffer[] = []
  let head: Pick<Answer, 'status' | 'headers' | 'answeredAt'> = { status: null, headers: {}, answeredAt: null }

  const test = supertest(baseUrl)
    .post(wire.path)
    .set(wire.headers)
    .redirects(0)
    .ok(() => true)
    .maxResponseSize(limit)
    .buffer(true)
    .serialize(body => body)
    .parse((response, done) => {
      // Typed as superagent's response, but at this point it is Node's message.
      const message = response as unknown as IncomingMessage
      head = { status: message.statusCode ?? null, headers: flatHeaders(message.headers), answeredAt: now() }
      message.on('data', (chunk: Buffer) => chunks.push(chunk))
      message.on('end', () => done(null, null))
    })
    .send(Buffer.concat(wire.body))
  // The request is a thenable, and an event target handles what its listeners return: return nothing.
  const abort = () => {
    test.abort()
  }
  stop.addEventListener('abort', abort)

  const answer = (ending: Ending, code: string | null): Answer => {
    return { ...head, body: Buffer.concat(chunks).subarray(0, limit), ending, code }
  }
  try {
    stop.throwIfAborted()
    await test
    if (!stop.aborted) return answer('whole', null)
  } catch (error) {
    const code = codeOf(error)
    if (!stop.aborted) return answer(endingOf(code, head.status !== null), code)
  } finally {
    stop.removeEventListener('abort', abort)
  }
  return answer(signal.aborted ? 'interrupted' : 'timed-out', null)
}
