import type { Verdict } from '../../harness/model/finding.ts'
import { count } from '../amounts.ts'
import { verdictWords } from '../verdict-words.ts'
import { type Content, html, type Markup } from './markup.ts'

/** Sign and word of a verdict in its colour. */
export function chip(verdict: Verdict): Markup {
  const { sign, word } = verdictWords[verdict]
  return html`<span class="chip ${verdict}"><span aria-hidden="true">${sign}</span> ${word}</span>`
}

/** A card with a heading that others can link to. */
export function section(id: string, title: string, lead: Content, body: Content): Markup {
  return html`<section id="${id}"><h2>${title}</h2>${lead === null ? null : html`<p class="lead">${lead}</p>`}${body}</section>
`
}

export function table(headings: readonly string[], rows: readonly Markup[], kind = ''): Markup {
  const head = headings.map(heading => html`<th scope="col">${heading}</th>`)
  return html`<div class="scroll"><table class="${kind}"><thead><tr>${head}</tr></thead><tbody>
${rows}</tbody></table></div>`
}

export function row(...cells: Content[]): Markup {
  return html`<tr>${cells.map(cell => html`<td>${cell}</td>`)}</tr>
`
}

export function code(text: string): Markup {
  return html`<code>${text}</code>`
}

/** The first `most` of `items`, and a sentence on those left out: a page is bounded, and says so. */
export function bounded<T>(
  items: readonly T[],
  most: number,
): { readonly shown: readonly T[]; readonly rest: Markup | null } {
  const left = items.length - most
  if (left <= 0) return { shown: items, rest: null }
  const rest = html`<p class="rest">${count(left)} more are left out here; <code>results.json</code> has them.</p>`
  return { shown: items.slice(0, most), rest }
}
