import { z } from 'zod'
import type { Gap } from '../../model/observation.ts'
import { type Caller, urlBelow } from './door.ts'
import { getJson } from './json-get.ts'

const DOCUMENTS = ['/openapi.json', '/v1/openapi.json', '/swagger.json', '/docs/openapi.json']
const MOST_PATHS = 500

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  servers: z.array(z.object({ url: z.string() })).optional(),
  basePath: z.string().optional(),
})
type Document = z.infer<typeof Document>

/** What a deployment's OpenAPI documents say can be read with GET. */
export interface Described {
  /** paths below the base URL; at most one `{…}`, which takes a request id */
  readonly paths: readonly string[]
  readonly skipped: readonly Gap[]
  readonly incomplete: readonly Gap[]
}

/** Reads the deployment's OpenAPI documents, as the first caller who is given one. Never throws. */
export async function describedDoors(
  baseUrl: string,
  callers: readonly Caller[],
  signal: AbortSignal,
): Promise<Described> {
  const all = await Promise.all(DOCUMENTS.map(path => readDocument(baseUrl, path, callers, signal)))
  const described = all.filter(one => one !== null)
  return {
    paths: [...new Set(described.flatMap(one => one.paths))],
    skipped: described.flatMap(one => one.skipped),
    incomplete: described.flatMap(one => one.incomplete),
  }
}

async function readDocument(
  baseUrl: string,
  path: string,
  callers: readonly Caller[],
  signal: AbortSignal,
): Promise<Described | null> {
  for (const caller of callers) {
    const { value, cut } = await getJson(urlBelow(baseUrl, path), caller, signal)
    if (cut !== null) return { paths: [], skipped: [], incomplete: [{ path, reason: cut }] }
    const parsed = Document.safeParse(value)
    if (parsed.success) return doorsOf(parsed.data, path)
  }
  return null
}

function doorsOf(document: Document, from: string): Described {
  const prefix = prefixOf(document)
  const readable = Object.entries(document.paths).filter(([path, methods]) => path.startsWith('/') && 'get' in methods)
  const paths = readable.slice(0, MOST_PATHS).map(([path]) => prefix + path)
  const isUsable = (path: string): boolean => {
    const parameters = path.match(/\{[^}]*\}/g) ?? []
    return parameters.length === 0 || (parameters.length === 1 && /id\}$/i.test(parameters[0]))
  }
  return {
    paths: paths.filter(isUsable),
    skipped: paths
      .filter(path => !isUsable(path))
      .map(path => ({ path, reason: 'takes parameters that Lethe cannot know; declare the path with its values' })),
    incomplete:
      readable.length > MOST_PATHS ? [{ path: from, reason: `only ${MOST_PATHS} of its paths were tried` }] : [],
  }
}

/** The base path that the document gives its paths. */
function prefixOf({ servers, basePath }: Document): string {
  const declared = servers?.[0]?.url ?? basePath ?? '/'
  return URL.canParse(declared, 'http://deployment')
    ? new URL(declared, 'http://deployment').pathname.replace(/\/+$/, '')
    : ''
}
