const MOST_CHARACTERS = 300

/**
 * Foreign text on one line, harmless to a terminal and honest to a reader: control, format and bidirectional characters
 * are shown as escapes, the middle of a long text as `…` (paths differ at their ends).
 */
export function printable(text: string, most: number = MOST_CHARACTERS): string {
  // Twice: before, so that little of an endless text is looked at; after, since escapes are longer than what they show.
  return shortened(shortened(text, most).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped), most)
}

function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  const head = Math.ceil((most - 1) / 2)
  return `${text.slice(0, head)}…${text.slice(text.length - (most - 1 - head))}`
}

const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(character: string): string {
  return short[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
