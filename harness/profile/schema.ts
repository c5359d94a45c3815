import { z } from 'zod'
import { Profile } from '../model/profile.ts'

/** JSON Schema (draft 2020-12) of a profile as a person writes it. */
export function profileJsonSchema(): object {
  return { title: 'Lethe profile: a provider’s promises as data', ...z.toJSONSchema(Profile, { io: 'input' }) }
}
