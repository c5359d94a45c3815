import { longestText } from './longest-text.ts'
import { padded } from './padding.ts'
import type { Body, SurfaceRequest } from './surface.ts'

/** A request as it goes over the wire: exact bytes, header names in lower case. */
export interface Wire {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** one after the other; a piece may stand in it many times */
  readonly body: readonly Uint8Array[]
}

/**
 * Renders a request. `added` headers (routing, credentials) win over those that the surface sets.
 * @param padding bytes of ordinary words to put into the body's longest text, or into that of its file
 */
export async function wireOf(
  request: SurfaceRequest,
  added: Readonly<Record<string, string>>,
  padding = 0,
): Promise<Wire> {
  const { contentType, pieces } = await encoded(request.body, padding)
  return {
    path: request.path,
    // One connection a request: a server that closes an idle one never hits the next request.
    headers: lowerCased({ ...request.headers, connection: 'close', 'content-type': contentType }, added),
    body: pieces,
  }
}

/** Those of the texts that the request carries, in its body, its path or its headers. No text lies over two pieces. */
export function carriedBy(wire: Wire, texts: readonly string[]): readonly string[] {
  const pieces = Array.from(new Set(wire.body), each => Buffer.from(each.buffer, each.byteOffset, each.byteLength))
  const head = [wire.path, ...Object.values(wire.headers)].join('\n')
  return texts.filter(text => head.includes(text) || pieces.some(piece => piece.includes(text)))
}

async function encoded(body: Body, padding: number): Promise<{ contentType: string; pieces: readonly Uint8Array[] }> {
  if (body.kind === 'raw') return { contentType: body.contentType, pieces: [body.bytes] }
  if (body.kind === 'multipart') return form(body, padding)
  const bytes = Buffer.from(JSON.stringify(body.value))
  const longest = JSON.stringify(longestText(body.value)?.text ?? '').slice(1, -1)
  return { contentType: 'application/json', pieces: padding > 0 ? padded(bytes, longest, padding) : [bytes] }
}

async function form({ fields, files }: Extract<Body, { kind: 'multipart' }>, padding: number) {
  const grown = padding > 0 ? files.find(({ text }) => text !== null) : undefined
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  for (const file of files) {
    const bytes = file === grown ? (file.text?.announcing(padding) ?? file.bytes) : file.bytes
    data.append(file.field, new File([new Uint8Array(bytes)], file.fileName, { type: file.contentType }))
  }
  // The platform's own encoder, so that the exact bytes are known and can be hashed.
  const response = new Response(data)
  const contentType = response.headers.get('content-type') ?? ''
  const bytes = await response.bytes()
  return { contentType, pieces: padding > 0 ? padded(bytes, grown?.text?.of ?? '', padding) : [bytes] }
}

function lowerCased(...sources: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const entries = sources.flatMap(source => Object.entries(source))
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]))
}
