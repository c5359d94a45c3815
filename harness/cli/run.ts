import { join, resolve } from 'node:path'
import { RunKey } from '../canary/key.ts'
import { loadConfigFile } from '../deployment/load.ts'
import { EXIT, type ExitCode } from '../model/error.ts'
import { loadProfile } from '../profile/load.ts'
import { begin } from '../run/begin.ts'
import { collect } from '../run/collect.ts'
import { interruption } from './interrupt.ts'
import { judgeRun } from './judge.ts'
import { print } from './output.ts'
import { type PolicyFlags, withFlags } from './policy.ts'
import { liveProgress, plainProgress } from './progress.ts'
import { version } from './version.ts'

export interface RunFlags extends PolicyFlags {
  readonly config?: string
  readonly profile?: string
  readonly out?: string
}

/** `lethe run`: collect, judge, report. */
export async function runCommand(flags: RunFlags): Promise<ExitCode> {
  const now = () => new Date()
  const folder = process.cwd()
  const { config, path, sha256 } = await loadConfigFile(flags.config, folder)
  const profile = await loadProfile(
    flags.profile ?? config.profile,
    flags.profile === undefined ? resolve(path, '..') : folder,
  )
  const key = RunKey.create()
  const history = await begin({
    out: flags.out ?? { under: join(folder, config.out) },
    key,
    profile,
    lethe: version(),
    now,
    deployment: { name: config.name, driver: config.deployment.driver, sha256 },
    harmless: config.harmless,
    policy: withFlags({ inconclusive: config.inconclusive, failOn: config.failOn }, flags),
  })
  const signal = interruption()
  const live = process.stderr.isTTY === true && !process.env.CI ? liveProgress() : null
  try {
    await collect({ config, key, history, progress: live ?? plainProgress(now), signal, now })
  } finally {
    await live?.done()
  }
  const code = await judgeRun(history.path, {})
  if (!signal.aborted) return code
  print(`Interrupted: what was recorded is in ${history.path}.\n`)
  return EXIT.interrupted
}
