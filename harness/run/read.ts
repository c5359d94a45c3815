import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { CanaryRecord } from '../model/canary.ts'
import { LetheError, reasonOf } from '../model/error.ts'
import { Exchange } from '../model/exchange.ts'
import { Observation } from '../model/observation.ts'
import type { Profile } from '../model/profile.ts'
import type { RunRecord } from '../model/run.ts'
import { Sighting } from '../model/sighting.ts'
import { parseProfile } from '../profile/parse.ts'
import { RUN_FILES, readMeta } from './history.ts'

/** A profile with the digest of its text, as the profile loader gives it. */
interface LoadedProfile {
  readonly profile: Profile
  readonly sha256: string
}

/**
 * Reads a run back whole, to be judged. A last line that was cut (the harness was killed while it wrote) is left
 * out; any other line that is not a record is an error.
 *
 * @param loaded judge by this profile in place of the one that the run was made with
 * @throws LetheError RUN_UNREADABLE, PROFILE_INVALID
 */
export async function readRun(path: string, loaded?: LoadedProfile): Promise<RunRecord> {
  const folder = resolve(path)
  const meta = await readMeta(folder)
  const { profile, sha256 } = loaded ?? (await ownProfile(folder))
  return {
    meta,
    profile,
    profileSha256: sha256,
    canaries: await records(folder, RUN_FILES.canaries, CanaryRecord),
    exchanges: await records(folder, RUN_FILES.exchanges, Exchange),
    observations: await records(folder, RUN_FILES.observations, Observation),
    sightings: await records(folder, RUN_FILES.sightings, Sighting),
  }
}

async function ownProfile(folder: string): Promise<LoadedProfile> {
  const path = join(folder, RUN_FILES.profile)
  const text = await readText(path)
  return { profile: parseProfile(text, path), sha256: createHash('sha256').update(text).digest('hex') }
}

async function records<S extends z.ZodType>(folder: string, name: string, schema: S): Promise<z.infer<S>[]> {
  const path = join(folder, name)
  const lines = (await readText(path)).split('\n')
  const cut = lines.pop()
  if (cut === undefined) return []
  return lines.map((line, index) => record(line, `${path}:${index + 1}`, schema))
}

function record<S extends z.ZodType>(line: string, where: string, schema: S): z.infer<S> {
  try {
    return schema.parse(JSON.parse(line))
  } catch (cause) {
    throw unreadable(where, cause)
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function unreadable(where: string, cause: unknown): LetheError {
  return new LetheError(
    'RUN_UNREADABLE',
    `Cannot read the run: ${where}: ${reasonOf(cause)}.`,
    'Copy the run folder again; a run that was changed by hand cannot be judged.',
    { cause },
  )
}
