import { LetheError } from '../model/error.ts'

/** Values for `${…}` placeholders: `port`, `work`, `home`, `tmp`, `services.NAME.url`, `env.NAME`. */
export type Placeholders = Readonly<Record<string, string>>

/** Fills every `${name}` of all texts in a value, deeply. @throws LetheError CONFIG_INVALID on an unknown name */
export function fill<T>(value: T, placeholders: Placeholders): T {
  if (typeof value === 'string') return fillText(value, placeholders) as T
  if (Array.isArray(value)) return value.map(item => fill(item, placeholders)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, placeholders)])) as T
}

function fillText(text: string, placeholders: Placeholders): string {
  return text.replace(/\$\{([\w.-]+)\}/g, (_, name: string) => {
    const value = name.startsWith('env.') ? process.env[name.slice(4)] : placeholders[name]
    if (value !== undefined) return value
    throw new LetheError(
      'CONFIG_INVALID',
      name.startsWith('env.')
        ? `The configuration uses \${${name}}, and the environment has no ${name.slice(4)}.`
        : `The configuration uses \${${name}}, which is not known here.`,
      `Known: ${[...Object.keys(placeholders), 'env.NAME'].map(known => `\${${known}}`).join(', ')}.`,
    )
  })
}
