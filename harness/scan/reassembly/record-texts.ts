/** Where JSON may begin in a line: behind a time, a level, `data:`. */
const LONGEST_PREFIX = 200
const DEEPEST = 16
/** JSON within a text of JSON, such as a logged event of a stream */
const DEEPEST_NESTING = 3
const MOST_TEXTS = 1000

/** A text of a record, and the path of its field. */
export interface RecordText {
  readonly field: string
  readonly text: string
}

const OPENING = 0x7b
const CLOSING = 0x7d
const SPACE = 0x20

/** Whether a line may hold a JSON object, behind a prefix or not: cheap, for lines of anything. */
export function mayHoldRecord(line: Uint8Array): boolean {
  let last = line.length - 1
  while (last >= 0 && (line[last] ?? 0) <= SPACE) last -= 1
  if (line[last] !== CLOSING) return false
  const begin = line.indexOf(OPENING)
  return begin >= 0 && begin <= LONGEST_PREFIX
}

/** The texts of a line that holds one JSON object, behind a prefix or not; nothing for any other line. */
export function textsOfLine(line: string): RecordText[] {
  const texts: RecordText[] = []
  collectLine(line, '', 0, texts)
  return texts
}

function collectLine(line: string, field: string, nesting: number, texts: RecordText[]): void {
  const value = jsonIn(line)
  if (value !== undefined) collect(value, field, 0, nesting, texts)
}

function jsonIn(line: string): unknown {
  const begin = line.indexOf('{')
  const end = line.lastIndexOf('}')
  if (begin < 0 || begin > LONGEST_PREFIX || end < begin) return undefined
  try {
    return JSON.parse(line.slice(begin, end + 1))
  } catch {
    return undefined
  }
}

function collect(value: unknown, field: string, depth: number, nesting: number, texts: RecordText[]): void {
  if (texts.length >= MOST_TEXTS) return
  if (typeof value === 'string') collectText(value, field, nesting, texts)
  if (typeof value !== 'object' || value === null || depth === DEEPEST) return
  for (const [key, part] of Object.entries(value)) collect(part, `${field}.${key}`, depth + 1, nesting, texts)
}

/** A text that holds JSON lines of its own is read as they are, in their order. */
function collectText(text: string, field: string, nesting: number, texts: RecordText[]): void {
  const before = texts.length
  if (nesting < DEEPEST_NESTING && text.includes('{')) {
    for (const line of text.split('\n')) collectLine(line, `${field}»`, nesting + 1, texts)
  }
  if (texts.length === before && text !== '') texts.push({ field, text })
}
