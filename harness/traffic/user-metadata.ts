import type { Fill } from './surface.ts'

/** The headers that a user of an inference API sets: which application asks, and a reference of the user's own. */
export function userHeaders(fill: Fill): Record<string, string> {
  return {
    'x-title': fill.short('headers.x-title'),
    'http-referer': `https://app.example/chat/${fill.bare('headers.http-referer')}`,
    'x-customer-reference': fill.bare('headers.x-customer-reference'),
  }
}

/** A query string as users add it to find a request again. */
export function userQuery(fill: Fill): string {
  return `?reference=${fill.bare('query.reference')}`
}
