import { LetheError } from '../model/error.ts'

/** Values for `${…}` placeholders: `port`, `work`, `home`, `tmp`, `disk` (a forensic one), `services.NAME.url`, `services.NAME.folder`, `env.NAME`. */
export type Placeholders = Readonly<Record<string, string>>

/** A placeholder that has no value, and what to do about it. */
export interface Unfilled {
  readonly wrong: string
  readonly mend: string
}

const PLACEHOLDER = /\$\{([\w.-]+)\}/g

/** Fills every `${name}` of all texts in a value, deeply. @throws LetheError CONFIG_INVALID on a name without a value */
export function fill<T>(value: T, placeholders: Placeholders): T {
  if (typeof value === 'string') return fillText(value, placeholders) as T
  if (Array.isArray(value)) return value.map(item => fill(item, placeholders)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, placeholders)])) as T
}

/** The placeholders of a text that have no value. */
export function unfilled(text: string, placeholders: Placeholders): Unfilled[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([, name = '']) =>
    placeholderValue(name, placeholders) === undefined ? [complaint(name, placeholders)] : [],
  )
}

function fillText(text: string, placeholders: Placeholders): string {
  return text.replace(PLACEHOLDER, (_, name: string) => {
    const value = placeholderValue(name, placeholders)
    if (value !== undefined) return value
    const { wrong, mend } = complaint(name, placeholders)
    throw new LetheError('CONFIG_INVALID', `The configuration uses ${wrong}.`, mend)
  })
}

function placeholderValue(name: string, placeholders: Placeholders): string | undefined {
  return name.startsWith('env.') ? process.env[name.slice(4)] : placeholders[name]
}

function complaint(name: string, placeholders: Placeholders): Unfilled {
  if (name.startsWith('env.')) {
    const variable = name.slice(4)
    return { wrong: `\${${name}}, and the environment has no ${variable}`, mend: `set ${variable} in the environment` }
  }
  const known = [...Object.keys(placeholders), 'env.NAME'].map(one => `\${${one}}`).join(', ')
  return { wrong: `\${${name}}, which is not known here`, mend: `write one of ${known}` }
}
