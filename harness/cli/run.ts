import { dirname, join } from 'node:path'
import { loadConfigFile } from '../deployment/load.ts'
import { EXIT, type ExitCode } from '../model/error.ts'
import { loadProfile } from '../profile/load.ts'
import { problemsBeforeStart } from '../run/preflight.ts'
import { execute } from './execute.ts'
import { interruption } from './interrupt.ts'
import { judgeRun } from './judge.ts'
import { type PolicyFlags, withFlags } from './policy.ts'
import { liveProgress, plainProgress } from './progress.ts'

export interface RunFlags extends PolicyFlags {
  readonly config?: string
  readonly profile?: string
  readonly out?: string
}

/** `lethe run`: collect, judge, report. An interrupted run is judged too, and ends with 130. */
export async function runCommand(flags: RunFlags): Promise<ExitCode> {
  const folder = process.cwd()
  const { config, path, sha256 } = await loadConfigFile(flags.config, folder, problemsBeforeStart)
  const profile =
    flags.profile === undefined
      ? await loadProfile(config.profile, dirname(path))
      : await loadProfile(flags.profile, folder)
  const signal = interruption()
  const live = process.stderr.isTTY === true && !process.env.CI ? liveProgress() : null
  const run = await execute({
    config,
    sha256,
    profile,
    policy: withFlags({ inconclusive: config.inconclusive, failOn: config.failOn }, flags),
    out: flags.out ?? { under: join(folder, config.out) },
    progress: live ?? plainProgress(() => new Date()),
    signal,
  }).finally(() => live?.done())
  const code = await judgeRun(run, {})
  return signal.aborted ? EXIT.interrupted : code
}
