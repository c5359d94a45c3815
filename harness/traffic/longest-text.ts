/** A string inside a JSON value, with a way to put another in its place. */
interface TextPlace {
  readonly text: string
  /** the value with `text` replaced; the original is left as it is */
  replaced(text: string): unknown
}

/** Deeper than any request of an inference API; what is nested more deeply is not looked at. */
const deepest = 64

/** The longest string of a JSON value; of several equally long ones the last. null where there is no string. */
export function longestText(value: unknown, depth = 0): TextPlace | null {
  if (typeof value === 'string') return { text: value, replaced: text => text }
  if (typeof value !== 'object' || value === null || depth > deepest) return null
  let longest: TextPlace | null = null
  for (const [key, part] of Object.entries(value)) {
    const found = longestText(part, depth + 1)
    if (!found || (longest && found.text.length < longest.text.length)) continue
    longest = { text: found.text, replaced: text => withPart(value, key, found.replaced(text)) }
  }
  return longest
}

function withPart(value: object, key: string, part: unknown): unknown {
  return Array.isArray(value) ? value.with(Number(key), part) : { ...value, [key]: part }
}
