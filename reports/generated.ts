import type { Profile } from '../harness/model/profile.ts'
import { promisesPage } from './promises.ts'
import { resultsJsonSchema } from './schema/results.ts'

/** Files of the repository that follow from the sources and the first profile; `path` is from the project's root. */
export function generatedFiles(profile: Profile): { readonly path: string; readonly content: string }[] {
  return [
    { path: 'reports/schema/results.schema.json', content: `${JSON.stringify(resultsJsonSchema(), null, 2)}\n` },
    { path: 'docs/promises.md', content: promisesPage(profile) },
  ]
}
