import type { ValueShape } from '../../model/observation.ts'

const ISO_TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?$/
const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i
/** hex, base62 or ULID, with an optional short prefix such as `req_` or `chatcmpl-` */
const ID = /^([a-z]{1,12}[_-]){0,2}(?=[A-Za-z]*\d)[A-Za-z0-9]{8,64}$/
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const TOKEN = /^[A-Za-z0-9_.:/-]{1,64}$/
const URL_PATH = /^\/[A-Za-z0-9_.:/~-]{0,255}$/
const NAME_OF_TIME = /(^|[^a-z])(ts|t|time|timestamp|date|datetime|epoch|at|created|started|ended|updated|expires)$/i

/** Epoch seconds, milliseconds, microseconds or nanoseconds of the years 2001 to 2096. */
const isEpoch = (value: number): boolean => [1, 1e3, 1e6, 1e9].some(unit => value / unit >= 1e9 && value / unit < 4e9)

/** The shape of one value that is neither a list nor an object. `name`: of its field, since only that tells an epoch. */
export function shapeOf(value: string | number | boolean | null, name: string): ValueShape {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'number') return shapeOfNumber(value, name)
  if (value === '') return 'empty'
  if (ISO_TIME.test(value)) return 'time'
  if (NUMBER.test(value)) return shapeOfNumber(Number(value), name)
  if (UUID.test(value) || ID.test(value)) return 'id'
  if (URL_PATH.test(value)) return 'url-path'
  return TOKEN.test(value) ? 'token' : 'free-text'
}

function shapeOfNumber(value: number, name: string): ValueShape {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2')
  return NAME_OF_TIME.test(words) && isEpoch(value) ? 'time' : 'number'
}
