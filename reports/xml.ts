/** Text for XML 1.0 content: markup escaped, characters that XML forbids replaced by U+FFFD. */
export function xmlText(text: string): string {
  return [...text].map(safe).join('')
}

/** The same for a quoted attribute, where a parser would turn white space into blanks. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replace(/[\t\n]/g, space => `&#${space.charCodeAt(0)};`)
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
}

function safe(character: string): string {
  const entity = entities[character]
  if (entity !== undefined) return entity
  return allowed(character.codePointAt(0) ?? 0) ? character : '\uFFFD'
}

/** The production Char of XML 1.0. */
function allowed(code: number): boolean {
  return (
    code === 0x9 ||
    code === 0xa ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    code >= 0x10000
  )
}
