import { parseYaml } from '../document/parse.ts'
import { Profile } from '../model/profile.ts'
import { inconsistencies } from './consistency.ts'

/**
 * A profile from its YAML text; `path` is for messages only.
 * @throws LetheError PROFILE_INVALID with every problem, one a line, as `path:line:column: what is wrong`
 */
export function parseProfile(text: string, path: string): Profile {
  return parseYaml(text, path, Profile, 'PROFILE_INVALID', inconsistencies)
}
