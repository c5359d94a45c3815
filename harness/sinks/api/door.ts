import type { Credentials } from '../../model/declaration.ts'

/** With whose eyes a door is tried. */
export interface Caller {
  readonly as: 'anonymous' | 'other-tenant'
  readonly credentials: Credentials
}

/** An end-point that may give data back. Asked with GET only. */
export interface Door {
  readonly url: URL
  /** the URL as it may be shown: without canaries */
  readonly shown: string
  readonly caller: Caller
}

/** `path` below the deployment's base URL, which may have a path of its own. */
export function urlBelow(baseUrl: string, path: string): URL {
  return new URL(baseUrl.replace(/\/+$/, '') + path)
}
