import type { Fault } from '../fault.ts'
import { fillerText } from '../filler.ts'
import { jsonBody } from '../json-body.ts'
import { longestText } from '../longest-text.ts'

/** Over the body limits of common servers and proxies, and over every context window. */
const excess = 8 * 1024 * 1024

/** A body of more than 8 MiB: its longest text keeps its canaries at the head, in the middle and at the tail. */
export const overLength: Fault = {
  id: 'over-length',
  needs: null,
  apply(request) {
    const value = jsonBody(request)
    const longest = longestText(value)
    if (!longest) return { request }
    const { text } = longest
    const seam = text.indexOf(' ')
    const long = `${text.slice(0, seam)} ${fillerText(text, excess)}${text.slice(seam)}`
    return { request: { ...request, body: { kind: 'json', value: longest.replaced(long) } } }
  },
}
