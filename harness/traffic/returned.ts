import type { Canary } from '../model/canary.ts'
import { textsIn } from './texts.ts'

/** The canaries that came back: in the bytes as they are, in unescaped JSON, or over the pieces of a stream. */
export function returnedIn(body: Uint8Array, streamed: boolean, canaries: readonly Canary[]): readonly Canary[] {
  const texts = [Buffer.from(body).toString('latin1'), ...textsIn(body, streamed).values()]
  return canaries.filter(canary => texts.some(text => text.includes(canary.text)))
}
