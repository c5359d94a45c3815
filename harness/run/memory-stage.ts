import type { Config } from '../deployment/config.ts'
import { milliseconds } from '../model/duration.ts'
import type { Exchange } from '../model/exchange.ts'
import type { Clause } from '../model/profile.ts'
import type { TrafficContext } from '../traffic/driver.ts'
import type { TrafficPlan } from '../traffic/plan.ts'
import { Decay } from './decay.ts'
import type { HeldAnswers } from './held-answers.ts'
import type { Stages } from './stages.ts'
import { driveCases } from './traffic-stage.ts'
import type { Watches } from './watches.ts'

/** For the requests between two samples of memory: a slow deployment gets fewer. */
const SAMPLED_TRAFFIC_MS = 30_000

export interface MemoryStageOptions {
  readonly config: Config
  readonly plan: TrafficPlan
  /** of the profile: what they grant decides how long memory is sampled */
  readonly clauses: readonly Clause[]
  readonly signal: AbortSignal
}

interface Parts {
  readonly traffic: TrafficContext
  readonly watches: Watches
  /** so far: those that this stage drives are added */
  readonly exchanges: readonly Exchange[]
  /** null where no upstream is ours */
  readonly held: HeldAnswers | null
  readonly stages: Stages
}

/** Samples what is left in memory; the requests that this takes are traffic like any other. */
export async function sampleMemory(options: MemoryStageOptions, parts: Parts): Promise<void> {
  const { config, plan, clauses, signal } = options
  const { traffic, watches, exchanges, held, stages } = parts
  const decay = new Decay({
    watches: watches.ofMemory(),
    cases: plan.cases.filter(({ fault }) => fault === null),
    drive: async cases => {
      const before = exchanges.length
      await driveCases({ cases, notDriven: [] }, { ...traffic, before, budgetMs: SAMPLED_TRAFFIC_MS })
      return exchanges.slice(before).filter(({ outcome }) => outcome === 'answered').length
    },
    requests: () => exchanges.length,
    held,
    granted: clauses.flatMap(({ rule }) =>
      rule.kind === 'gone-within' && rule.media.includes('memory') ? [milliseconds(rule.within)] : [],
    ),
    sampling: config.memory,
    onSample: text => stages.detail('memory', text),
    signal,
  })
  await stages.run('memory', () => decay.sample())
}
