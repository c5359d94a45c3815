import type { Canary } from '../model/canary.ts'
import { eventsOf, jsonOf } from './answer-body.ts'

/** Places of their own; the texts of all further and deeper ones are joined as one, so that memory stays bounded. */
const mostPlaces = 10_000
const deepestPlace = 32
const elsewhere = '…'

/** The canaries that came back: in the bytes as they are, in unescaped JSON, or over the pieces of a stream. */
export function returnedIn(body: Uint8Array, streamed: boolean, canaries: readonly Canary[]): readonly Canary[] {
  const texts = [Buffer.from(body).toString('latin1'), ...joinedTexts(streamed ? eventsOf(body) : [jsonOf(body)])]
  return canaries.filter(canary => texts.some(text => text.includes(canary.text)))
}

/** The texts of all values, those that stand in the same place joined over the values: how a stream's deltas read. */
function joinedTexts(values: readonly unknown[]): readonly string[] {
  const pieces = new Map<string, string[]>()
  for (const value of values) {
    for (const { place, text } of textsOf(value)) {
      const known = pieces.has(place) || pieces.size < mostPlaces ? place : elsewhere
      const texts = pieces.get(known)
      if (texts) texts.push(text)
      else pieces.set(known, [text])
    }
  }
  return Array.from(pieces.values(), texts => texts.join(''))
}

/** Without recursion: an answer may be nested more deeply than the stack is. */
function* textsOf(root: unknown): Generator<{ place: string; text: string }> {
  const open: { value: unknown; place: string; depth: number }[] = [{ value: root, place: '', depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, place, depth } = next
    if (typeof value === 'string') yield { place, text: value }
    if (typeof value !== 'object' || value === null) continue
    for (const [key, part] of Object.entries(value)) {
      open.push({ value: part, place: depth < deepestPlace ? `${place}.${key}` : elsewhere, depth: depth + 1 })
    }
  }
}
