import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Credentials } from '../../model/declaration.ts'

const MOST_REDIRECTS = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** A redirect that is not followed, since it leads to another origin. */
export class ElsewhereError extends Error {
  constructor(origin: string) {
    super(`leads to another origin, ${origin}, and is not followed`)
    this.name = 'ElsewhereError'
  }
}

/**
 * GET over a connection of its own, following redirects within the same origin (at most 5). Resolves when the answer's
 * head is there; waits as long as `signal` lets it.
 *
 * @throws ElsewhereError for a redirect to another origin; the system's or the parser's error
 */
export async function httpGet(url: URL, headers: Credentials, signal: AbortSignal): Promise<IncomingMessage> {
  let at = url
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await getOnce(at, headers, signal)
    const { location } = response.headers
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined || !URL.canParse(location, at.href))
      return response
    response.destroy()
    at = new URL(location, at)
    if (at.origin !== url.origin) throw new ElsewhereError(at.origin)
  }
  throw new Error(`redirects more than ${MOST_REDIRECTS} times`)
}

function getOnce(url: URL, headers: Credentials, signal: AbortSignal): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const sent = request(url, {
    agent: false,
    signal,
    headers: { accept: '*/*', 'accept-encoding': 'identity', ...headers },
  })
  sent.once('response', resolve)
  sent.on('error', reject)
  sent.end()
  return promise
}
