import { RunKey } from '../canary/key.ts'
import type { Config } from '../deployment/config.ts'
import type { Policy } from '../model/run.ts'
import type { LoadedProfile } from '../profile/load.ts'
import { begin } from '../run/begin.ts'
import { collect } from '../run/collect.ts'
import { crashesOf, trafficOf } from '../run/preflight.ts'
import type { Progress } from '../run/progress.ts'
import { version } from './version.ts'

interface Execution {
  readonly config: Config
  /** sha256 of the configuration's text */
  readonly sha256: string
  readonly profile: LoadedProfile
  readonly policy: Policy
  readonly out: string | { readonly under: string }
  readonly progress: Progress
  readonly signal: AbortSignal
}

/** Makes a run and collects it. @returns the run folder */
export async function execute({ config, sha256, profile, policy, out, progress, signal }: Execution): Promise<string> {
  const now = () => new Date()
  const plan = trafficOf(config)
  const crashes = crashesOf(config)
  const key = RunKey.create()
  const deployment = { name: config.name, driver: config.deployment.driver, sha256 }
  const history = await begin({
    out,
    key,
    profile,
    lethe: version(),
    now,
    deployment,
    harmless: config.harmless,
    policy,
  })
  await collect({ config, plan, crashes, clauses: profile.profile.clauses, key, history, progress, signal, now })
  return history.path
}
