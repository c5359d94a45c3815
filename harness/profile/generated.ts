import { profileJsonSchema } from './schema.ts'

/** Files of the repository that follow from the sources; `path` is from the project's root. */
export function generatedFiles(): { readonly path: string; readonly content: string }[] {
  const content = `${JSON.stringify(profileJsonSchema(), null, 2)}\n`
  return [{ path: 'suites/profiles/profile.schema.json', content }]
}
