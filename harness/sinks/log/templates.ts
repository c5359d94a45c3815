const MOST_TEMPLATES = 2000
const MOST_WORDS = 20_000
const WORDS_KEPT = 3
const RECURS = 3
const WORD = /^[A-Za-z]{1,16}[:,.;]?$/
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`/g

interface Drafted {
  count: number
  readonly words: readonly string[]
  readonly first: string
}

export interface Template {
  readonly text: string
  readonly count: number
  readonly first: string
}

/**
 * Templates of text records, such as `Received request * from *`. A template must hold no content, so it keeps only
 * words of letters, at most the first three of a line, and only those that recur in three records or more; all else is
 * `*`. At most 2000 templates; the records beyond count as `(other)`.
 */
export class Templates {
  readonly #drafts = new Map<string, Drafted>()
  readonly #records = new Map<string, number>()
  #other: { count: number; readonly first: string } | null = null

  add(line: string, where: string): void {
    const words = draft(line)
    for (const word of new Set(words)) this.#countWord(word)
    const key = words.join(' ')
    const known = this.#drafts.get(key)
    if (known !== undefined) known.count += 1
    else if (this.#drafts.size < MOST_TEMPLATES) this.#drafts.set(key, { count: 1, words, first: where })
    else if (this.#other !== null) this.#other.count += 1
    else this.#other = { count: 1, first: where }
  }

  list(): Template[] {
    const merged = new Map<string, Template>()
    for (const { words, count, first } of this.#drafts.values()) {
      const text = joined(words.map(word => ((this.#records.get(word) ?? 0) >= RECURS ? word : '*')))
      const same = merged.get(text)
      merged.set(text, { text, count: count + (same?.count ?? 0), first: same?.first ?? first })
    }
    const templates = [...merged.values()]
    return this.#other === null ? templates : [...templates, { text: '(other)', ...this.#other }]
  }

  #countWord(word: string): void {
    const count = this.#records.get(word)
    if (count !== undefined || this.#records.size < MOST_WORDS) this.#records.set(word, (count ?? 0) + 1)
  }
}

/** The words of a line that may be kept, and `*` for each run of the others. */
function draft(line: string): string[] {
  let kept = 0
  const words: string[] = []
  for (const part of line.replace(QUOTED, '*').trim().split(/\s+/)) {
    const keep = kept < WORDS_KEPT && WORD.test(part)
    if (keep) kept += 1
    if (keep) words.push(part)
    else if (words.at(-1) !== '*') words.push('*')
  }
  return words
}

function joined(words: readonly string[]): string {
  return words.filter((word, index) => word !== '*' || words[index - 1] !== '*').join(' ')
}
