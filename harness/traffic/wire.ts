import type { Body, SurfaceRequest } from './surface.ts'

/** A request as it goes over the wire: exact bytes, header names in lower case. */
export interface Wire {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Renders a request. `added` headers (routing, credentials) win over those that the surface sets. */
export async function wireOf(request: SurfaceRequest, added: Readonly<Record<string, string>>): Promise<Wire> {
  const { contentType, bytes } = await encoded(request.body)
  return {
    path: request.path,
    // One connection a request: a server that closes an idle one never hits the next request.
    headers: lowerCased({ ...request.headers, connection: 'close', 'content-type': contentType }, added),
    body: bytes,
  }
}

/** Those of the texts that the request carries, in its body, its path or its headers. */
export function carriedBy(wire: Wire, texts: readonly string[]): readonly string[] {
  const body = Buffer.from(wire.body.buffer, wire.body.byteOffset, wire.body.byteLength)
  const head = [wire.path, ...Object.values(wire.headers)].join('\n')
  return texts.filter(text => head.includes(text) || body.includes(text))
}

async function encoded(body: Body): Promise<{ contentType: string; bytes: Uint8Array }> {
  if (body.kind === 'raw') return body
  if (body.kind === 'json') {
    return { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(body.value)) }
  }
  const form = new FormData()
  for (const [name, value] of Object.entries(body.fields)) form.append(name, value)
  for (const { field, fileName, contentType, bytes } of body.files) {
    form.append(field, new File([new Uint8Array(bytes)], fileName, { type: contentType }))
  }
  // The platform's own encoder, so that the exact bytes are known and can be hashed.
  const response = new Response(form)
  return { contentType: response.headers.get('content-type') ?? '', bytes: await response.bytes() }
}

function lowerCased(...sources: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const entries = sources.flatMap(source => Object.entries(source))
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]))
}
