import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import type { RunKey } from '../canary/key.ts'
import type { RunMeta } from '../model/run.ts'
import type { LoadedProfile } from '../profile/load.ts'
import { History } from './history.ts'
import { writeKey } from './key-file.ts'

interface Beginning extends Pick<RunMeta, 'lethe' | 'deployment' | 'harmless' | 'policy'> {
  /** the run folder itself, or a folder under which one is made that is named for the time */
  readonly out: string | { readonly under: string }
  readonly key: RunKey
  readonly profile: LoadedProfile
  readonly now: () => Date
}

/** Makes a run: the folder (0700) with its profile and `run.json`, and the key beside it. @throws LetheError OUT_UNWRITABLE */
export async function begin({ out, key, profile, now, ...meta }: Beginning): Promise<History> {
  const startedAt = now().toISOString()
  const id = `${startedAt.replace(/\.\d+/, '').replaceAll(':', '-')}-${randomBytes(2).toString('hex')}`
  const path = typeof out === 'string' ? resolve(out) : join(out.under, id)
  const history = await History.create(
    path,
    {
      ...meta,
      id,
      state: 'open',
      startedAt,
      endedAt: null,
      commitment: key.commitment,
      profile: { id: profile.profile.id, sha256: profile.sha256 },
      sinks: [],
      notDriven: [],
      incidents: [],
      runtime: {
        node: process.version,
        platform: `${process.platform}-${process.arch}`,
        uid: process.getuid?.() ?? null,
      },
    },
    profile.text,
  )
  await writeKey(path, key)
  return history
}
