import type { Contender } from '../contender.ts'

/** What one writes without an engine: one search for each needle. */
export function indexOf(part: Buffer, needles: readonly string[]): Contender {
  const wanted = needles.map(needle => Buffer.from(needle))
  const look = async (): Promise<number> => wanted.reduce((found, needle) => found + count(part, needle), 0)
  return { name: `Buffer.indexOf, ${needles.length} times, on a part`, bytes: part.length, look }
}

function count(bytes: Buffer, needle: Buffer): number {
  let found = 0
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) found += 1
  return found
}
