import type { Config } from '../deployment/config.ts'
import { fill, type Placeholders } from '../deployment/placeholders.ts'
import { milliseconds } from '../model/duration.ts'
import { LetheError } from '../model/error.ts'
import { driveTraffic, type TrafficContext } from '../traffic/driver.ts'
import type { NotDriven, TrafficPlan } from '../traffic/plan.ts'
import type { History } from './history.ts'
import type { Progress } from './progress.ts'
import type { Stages } from './stages.ts'

interface TrafficOptions {
  readonly config: Config
  readonly plan: TrafficPlan
  readonly history: History
  readonly progress: Progress
  readonly signal: AbortSignal
  readonly now: () => Date
}

/** What a configuration declares of its traffic, as the driver takes it. @throws LetheError CONFIG_INVALID for a placeholder */
export function declaredTraffic(options: TrafficOptions, placeholders: Placeholders, baseUrl: string) {
  const { config, progress, signal, now } = options
  const { traffic } = config
  return {
    baseUrl,
    credentials: fill(config.credentials.caller, placeholders),
    headers: fill(traffic.headers, placeholders),
    size: traffic.size,
    timeoutMs: milliseconds(traffic.timeout),
    stallTimeoutMs: milliseconds(traffic.upstreamTimeout),
    budgetMs: milliseconds(traffic.budget),
    onProgress: (done: number, total: number) => progress.detail('traffic', `${done} of ${total} exchanges`),
    now,
    signal,
  }
}

/** Drives a plan. @returns what of it was not driven, also where a configuration's requests cannot be made at all */
export async function driveCases(plan: TrafficPlan, context: TrafficContext): Promise<readonly NotDriven[]> {
  return driveTraffic(plan, context).catch(error => {
    if (!(error instanceof LetheError) || error.code !== 'USAGE') throw error
    return [...plan.notDriven, { what: 'the rest of the plan', reason: error.message }]
  })
}

/** Drives the plan and records what was not driven; what was cut short is an incident. @returns the milliseconds that it took */
export async function driveStage(options: TrafficOptions, context: TrafficContext, stages: Stages): Promise<number> {
  const { plan, history, signal, now } = options
  const startedAt = now().getTime()
  await stages.run('traffic', async () => {
    let driven = 0
    const onProgress: TrafficContext['onProgress'] = (done, total, exchange) => {
      driven = done
      context.onProgress(done, total, exchange)
    }
    const notDriven = await driveCases(plan, { ...context, onProgress })
    await history.update({ notDriven: [...notDriven] })
    const cut = notDriven[plan.notDriven.length]
    if (cut !== undefined && !signal.aborted) await stages.incident(`traffic was cut short: ${cut.reason}`)
    return `${driven} of ${plan.cases.length} exchanges`
  })
  return now().getTime() - startedAt
}
