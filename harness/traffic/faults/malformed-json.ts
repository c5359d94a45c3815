import type { Fault } from '../fault.ts'
import { jsonBody } from '../json-body.ts'
import { longestText } from '../longest-text.ts'

/** JSON that breaks off inside its longest string, after that string's second canary. */
export const malformedJson: Fault = {
  id: 'malformed-json',
  needs: null,
  apply(request) {
    const value = jsonBody(request)
    const whole = JSON.stringify(value)
    const longest = JSON.stringify(longestText(value)?.text ?? '')
    const cut = whole.lastIndexOf(longest) + Math.floor(longest.length * 0.75)
    const bytes = Buffer.from(whole.slice(0, cut))
    return { request: { ...request, body: { kind: 'raw', contentType: 'application/json', bytes } } }
  },
}
