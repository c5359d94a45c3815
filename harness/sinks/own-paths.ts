import { resolve, sep } from 'node:path'

/** Tells which paths are Lethe's own or lie below one. */
export function ownPaths(own: readonly string[]): (path: string) => boolean {
  const roots = own.map(path => resolve(path))
  return path => roots.some(root => path === root || path.startsWith(root + sep))
}
