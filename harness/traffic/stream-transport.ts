import type { Answer, Ending, Transport } from './transport.ts'
import { codeOf, endingOf } from './transport.ts'

/** For streams and for malformed bytes: fetch, read chunk by chunk. Redirects are not followed. */
export const streamTransport: Transport = async (baseUrl, wire, bounds) => {
  const { limit, signal, now, abortAfterChunks } = bounds
  const timeout = AbortSignal.timeout(bounds.timeoutMs)
  const hangUp = new AbortController()
  const stop = AbortSignal.any([timeout, signal, hangUp.signal])
  const chunks: Uint8Array[] = []
  let bytes = 0
  let head: Pick<Answer, 'status' | 'headers' | 'answeredAt'> = { status: null, headers: {}, answeredAt: null }
  const answer = (ending: Ending, code: string | null): Answer => {
    return { ...head, body: Buffer.concat(chunks).subarray(0, limit), ending, code }
  }
  try {
    const response = await fetch(`${baseUrl}${wire.path}`, {
      method: 'POST',
      headers: wire.headers,
      body: Buffer.concat(wire.body),
      redirect: 'manual',
      signal: stop,
    })
    head = { status: response.status, headers: Object.fromEntries(response.headers), answeredAt: now() }
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk)
      bytes += chunk.byteLength
      if (bytes > limit) return answer('too-long', null)
      if (response.ok && chunks.length === abortAfterChunks) return answer('hung-up', null)
    }
    return answer('whole', null)
  } catch (error) {
    if (signal.aborted) return answer('interrupted', null)
    if (timeout.aborted) return answer('timed-out', null)
    const code = codeOf(error)
    return answer(endingOf(code, head.status !== null), code)
  } finally {
    hangUp.abort()
  }
}
