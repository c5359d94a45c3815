import { spawnSync } from 'node:child_process'

const WITHIN_MS = 10 * 60_000

/** How a whole run of the reference went. */
export interface ConformanceRun {
  readonly seconds: number
  /** null where it had to be ended */
  readonly exitCode: number | null
}

/** `npm run demo`: the reference with all its sinks, from its start to its verdicts. @param out where the run is recorded */
export function measureConformance(out: string): ConformanceRun {
  const started = performance.now()
  const config = 'fixtures/reference/lethe.config.ts'
  const args = ['bin/lethe.ts', 'run', '--config', config, '--inconclusive=warn', '--out', out]
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: WITHIN_MS })
  return { seconds: (performance.now() - started) / 1000, exitCode: status }
}
