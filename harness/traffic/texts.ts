import { eventsOf, jsonOf } from './answer-body.ts'

/** Places of their own; the texts of all further and deeper ones are joined as one, so that memory stays bounded. */
const mostPlaces = 10_000
const deepestPlace = 32
const elsewhere = '…'
const shortestVector = 16

/**
 * The texts of an answer by their place, such as `.choices.0.message.content`; those that stand in the same place are
 * joined over the events of a stream: how its deltas read. A list of many numbers is a text too.
 */
export function textsIn(body: Uint8Array, streamed: boolean): ReadonlyMap<string, string> {
  const pieces = new Map<string, string[]>()
  for (const value of streamed ? eventsOf(body) : [jsonOf(body)]) {
    for (const { place, text } of textsOf(value)) {
      const known = pieces.has(place) || pieces.size < mostPlaces ? place : elsewhere
      const texts = pieces.get(known)
      if (texts) texts.push(text)
      else pieces.set(known, [text])
    }
  }
  return new Map(Array.from(pieces, ([place, texts]) => [place, texts.join('')]))
}

/** Without recursion: an answer may be nested more deeply than the stack is. */
function* textsOf(root: unknown): Generator<{ place: string; text: string }> {
  const open: { value: unknown; place: string; depth: number }[] = [{ value: root, place: '', depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, place, depth } = next
    if (typeof value === 'string') yield { place, text: value }
    if (typeof value !== 'object' || value === null) continue
    if (isVector(value)) {
      yield { place, text: value.join(',') }
      continue
    }
    for (const [key, part] of Object.entries(value)) {
      open.push({ value: part, place: depth < deepestPlace ? `${place}.${key}` : elsewhere, depth: depth + 1 })
    }
  }
}

/** The shortest embeddings have more numbers, and nothing else in an answer has so many. */
function isVector(value: object): value is number[] {
  return Array.isArray(value) && value.length >= shortestVector && value.every(part => typeof part === 'number')
}
