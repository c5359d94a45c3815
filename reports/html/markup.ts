import { printable } from '../printable.ts'

/** HTML that may be put into a page as it is. Only the tag `html` and `trusted` make it. */
export class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

/** What a template may hold: strings are foreign and are escaped and cut to the length of a cell, null is left out, lists are joined. */
export type Content = Markup | string | number | null | readonly Content[]

const LONGEST_PROSE = 1000

/** A template whose values are escaped: nothing from a run becomes markup. */
export function html(parts: TemplateStringsArray, ...values: Content[]): Markup {
  return new Markup(parts.map((part, index) => part + markupOf(values[index] ?? null)).join(''))
}

/** Foreign text that is meant to be read whole: longer than what stands in the cells of a table. */
export function prose(text: string): Markup {
  return new Markup(escaped(printable(text, LONGEST_PROSE)))
}

/** Text of our own, such as the style sheet, that must not be escaped. */
export function trusted(text: string): Markup {
  return new Markup(text)
}

function markupOf(content: Content): string {
  if (content === null) return ''
  if (content instanceof Markup) return content.toString()
  if (typeof content === 'object') return content.map(markupOf).join('')
  return escaped(printable(String(content)))
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, character => entities[character] ?? character)
}
