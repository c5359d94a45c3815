import parseDuration from 'parse-duration'

/** Milliseconds of a duration that a schema has already checked, such as `500ms`, `10s` or `24h`. */
export function milliseconds(duration: string): number {
  const value = parseDuration(duration)
  if (value === null || value === undefined) throw new RangeError(`Not a duration: ${duration}`)
  return value
}
