import { Buffer } from 'node:buffer'
import { withinBudget } from '../budget.ts'
import type { Caller } from './door.ts'
import { httpGet } from './http-get.ts'

const MOST_BYTES = 8 * 1024 * 1024
const WITHIN_MS = 3_000

/** A JSON document; `value` is null where there is none, and `cut` says why it was not read whole, where it was not. */
export interface JsonAnswer {
  readonly value: unknown
  readonly cut: string | null
}

/** The JSON document at a URL: with status 200, of at most 8 MiB, within 3 s. Never throws. */
export async function getJson(url: URL, caller: Caller, interrupted: AbortSignal): Promise<JsonAnswer> {
  const chunks: Buffer[] = []
  let bytes = 0
  const cut = await withinBudget({ within: WITHIN_MS, signal: interrupted }, async signal => {
    const response = await httpGet(url, caller.credentials, signal)
    if (response.statusCode !== 200) return void response.destroy()
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > MOST_BYTES) return
      chunks.push(chunk)
    }
  }).catch(() => null)
  if (cut !== null) return { value: null, cut: `not read: ${cut}` }
  if (bytes > MOST_BYTES) return { value: null, cut: `longer than ${MOST_BYTES / 2 ** 20} MiB, not read` }
  return { value: parseJson(Buffer.concat(chunks).toString()), cut: null }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
