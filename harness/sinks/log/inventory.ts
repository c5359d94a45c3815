import { stripVTControlCharacters } from 'node:util'
import type { FieldSeen } from '../../model/observation.ts'
import type { Line } from './lines.ts'
import { parseRecord } from './record.ts'
import { Templates } from './templates.ts'

const MOST_FIELDS = 10_000

/** Every field of every record of a log: its path, the shapes of its values, how often, where first. Never a value. */
export class Inventory {
  readonly #fields = new Map<string, FieldSeen>()
  readonly #templates = new Templates()
  #long: { count: number; readonly first: string } | null = null
  /** the line with Lethe's own control, which is no record of the deployment */
  #control: string | null = null

  ignore(controlLine: string): void {
    this.#control = controlLine
  }

  /** `source`: the file or stream, as it may be shown. */
  add({ text, number, cut }: Line, source: string): void {
    const line = stripVTControlCharacters(text).trim()
    if (line === '' || line === this.#control) return
    const first = `${source}:${number}`
    if (cut) this.#long = { count: (this.#long?.count ?? 0) + 1, first: this.#long?.first ?? first }
    const record = cut ? ({ format: 'text' } as const) : parseRecord(line)
    if (record.format === 'text') {
      this.#templates.add(line, first)
      return
    }
    for (const { path, shape } of record.fields)
      this.#count({ format: record.format, field: path, shape, count: 1, first })
  }

  /** Why the fields of some lines were not read, or null. */
  get gap(): string | null {
    if (this.#long === null) return null
    return `the fields of ${this.#long.count} lines longer than 1 MiB were not read, first at ${this.#long.first}`
  }

  list(): FieldSeen[] {
    const texts = this.#templates
      .list()
      .map(({ text, count, first }) => ({ format: 'text', field: text, shape: 'free-text', count, first }) as const)
    return [...this.#fields.values(), ...texts]
  }

  /** Beyond 10,000 fields, the others of a format are counted as one, which no allowlist allows. */
  #count(seen: FieldSeen): void {
    const key = `${seen.format}\0${seen.field}\0${seen.shape}`
    const known = this.#fields.get(key)
    if (known !== undefined) this.#fields.set(key, { ...known, count: known.count + 1 })
    else if (this.#fields.size < MOST_FIELDS) this.#fields.set(key, seen)
    else if (seen.field !== '(other)') this.#count({ ...seen, field: '(other)', shape: 'free-text' })
    else this.#fields.set(key, seen)
  }
}
