import type { Exchange } from '../model/exchange.ts'
import type { CaseContext } from './drive-case.ts'
import { driveCase } from './drive-case.ts'
import type { Case, NotDriven, TrafficPlan } from './plan.ts'
import { describeCase } from './plan.ts'

/** What the driver is given. */
export interface TrafficContext extends CaseContext {
  /** milliseconds for all traffic: the last request is cut short by it, what is left then is not driven */
  readonly budgetMs: number
  /** how many exchanges of the run there were before */
  readonly before: number
  /** called with every exchange as soon as it ended, in order; awaited */
  record(exchange: Exchange): void | Promise<void>
  /** called after `record`, with the number of exchanges so far and in all */
  onProgress(done: number, total: number, exchange: Exchange): void
}

const mostUnreachableInARow = 5

/**
 * Drives the cases of a plan one after the other and records each exchange. Returns what was not driven, and why: what
 * the plan says, and what was left when the budget was spent, the deployment was gone or the run was interrupted.
 * @throws what `record` or `mint` throws
 */
export async function driveTraffic(plan: TrafficPlan, context: TrafficContext): Promise<readonly NotDriven[]> {
  const endsAt = context.now().getTime() + context.budgetMs
  let unreachable = 0
  for (const [index, driven] of plan.cases.entries()) {
    const leftMs = endsAt - context.now().getTime()
    const stop = reasonToStop(context, leftMs, unreachable)
    if (stop) return [...plan.notDriven, ...left(plan.cases.slice(index), stop)]
    const exchange = await driveCase(exchangeId(context.before + index), driven, leftMs, context)
    unreachable = unreachableInARow(unreachable, driven, exchange)
    await context.record(exchange)
    context.onProgress(index + 1, plan.cases.length, exchange)
  }
  return plan.notDriven
}

/** Whoever refuses a long body may cut the connection while it is still sent: that does not count. */
function unreachableInARow(before: number, { fault }: Case, { outcome }: Exchange): number {
  if (outcome !== 'unreachable') return 0
  return fault?.isLong === true ? before : before + 1
}

function reasonToStop({ signal, budgetMs }: TrafficContext, leftMs: number, unreachable: number): string | null {
  if (signal.aborted) return 'The run was interrupted.'
  if (leftMs <= 0) return `The budget for traffic (${budgetMs} ms) was spent.`
  if (unreachable >= mostUnreachableInARow) return `The deployment was unreachable ${unreachable} times in a row.`
  return null
}

/** One line a kind of case, with how often it was left out. */
function left(cases: readonly Case[], reason: string): readonly NotDriven[] {
  const counts = new Map<string, number>()
  for (const what of cases.map(describeCase)) counts.set(what, (counts.get(what) ?? 0) + 1)
  return Array.from(counts, ([what, count]) => ({ what: count > 1 ? `${what} (${count} times)` : what, reason }))
}

/** The id of the exchange with so many before it. */
export function exchangeId(index: number): string {
  return `x${String(index + 1).padStart(5, '0')}`
}
