const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a duration that a schema has already checked, such as `500ms`, `10s` or `24h`. */
export function milliseconds(duration: string): number {
  const [, number = '', unit = ''] = /^(\d+)([a-z]+)$/.exec(duration) ?? []
  const factor = UNITS[unit]
  if (factor === undefined) throw new RangeError(`Not a duration: ${duration}`)
  return Number(number) * factor
}
