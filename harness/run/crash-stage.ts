import { setTimeout as sleep } from 'node:timers/promises'
import type { Driver } from '../deployment/driver.ts'
import { fullFolder, whyNotFull } from '../deployment/full-folder.ts'
import type { Placeholders } from '../deployment/placeholders.ts'
import { LetheError } from '../model/error.ts'
import { tracerOf } from '../sinks/processes/tracer.ts'
import type { CrashPlan, PlannedCrash } from '../traffic/crash.ts'
import { driveCase } from '../traffic/drive-case.ts'
import { exchangeId, type TrafficContext } from '../traffic/driver.ts'
import { type Case, describeCase, type NotDriven } from '../traffic/plan.ts'
import type { History } from './history.ts'
import type { Stages } from './stages.ts'

export interface CrashContext {
  /** its budget is what is left for crashes */
  readonly traffic: TrafficContext
  readonly driver: Driver
  readonly placeholders: Placeholders
  /** the deployment's processes, at each call those that run then */
  readonly pids: () => readonly number[]
  /** how many exchanges there are so far */
  readonly recorded: () => number
  /** called with a crash that is about to be driven */
  readonly onCrash: (id: string) => void
}

interface Options {
  readonly crashes: CrashPlan
  readonly history: History
}

export interface Crashed {
  /** how often the deployment was ended or its disk was full */
  readonly times: number
  readonly notDriven: readonly NotDriven[]
  /** it died by itself, or did not come up again; null where neither happened */
  readonly incident: string | null
}

/** What a deployment needs to start with, and far less than the bodies that then come. */
const FULL_BYTES = 256 * 1024
/** From the end of a connection to the news of its process. */
const DEATH_MS = 300
/** From the sending of a request to where it has surely been read, and seldom been answered. */
const READ_MS = 20

/** Drives what is planned, and records what was not driven and what went wrong. @returns how often the deployment was ended */
export async function crashStage(
  { crashes, history }: Options,
  stages: Stages,
  context: Omit<CrashContext, 'onCrash'>,
): Promise<number> {
  let crashed: Crashed = { times: 0, notDriven: [], incident: null }
  await stages.run('crash', async () => {
    crashed = await driveCrashes(crashes.crashes, { ...context, onCrash: id => stages.detail('crash', id) })
    const { times, incident } = crashed
    if (incident !== null) await stages.incident(`the deployment ${incident}`)
    return incident ?? (times === 0 ? 'none' : `${times} times, and up again`)
  })
  await history.update({ notDriven: [...history.meta.notDriven, ...crashes.notDriven, ...crashed.notDriven] })
  return crashed.times
}

/**
 * Ends the deployment in the midst of one request after the other, by each planned crash, and starts it again. Stops at
 * an incident, and when the budget is spent; a restart that began is waited for.
 * @throws when the run is interrupted; what `record` or `mint` throws
 */
export async function driveCrashes(planned: readonly PlannedCrash[], context: CrashContext): Promise<Crashed> {
  const stage = new CrashStage(context)
  for (const [index, one] of planned.entries()) {
    const reason = stage.reasonToStop()
    if (reason !== null) return stage.result(planned.slice(index), reason)
    await stage.drive(one)
  }
  return stage.result([], '')
}

class CrashStage {
  readonly #context: CrashContext
  readonly #endsAt: number
  readonly #notDriven: NotDriven[] = []
  #times = 0
  #incident: string | null = null

  constructor(context: CrashContext) {
    this.#context = context
    this.#endsAt = context.traffic.now().getTime() + context.traffic.budgetMs
  }

  reasonToStop(): string | null {
    const died = this.#incident ?? this.#context.driver.incident()
    if (died !== null) return `The deployment ${died}.`
    return this.#leftMs() > 1 ? null : 'The budget for traffic was spent.'
  }

  result(left: readonly PlannedCrash[], reason: string): Crashed {
    const notDriven = left.map(({ crash }) => ({ what: `crash ${crash.id}`, reason }))
    return { times: this.#times, notDriven: [...this.#notDriven, ...notDriven], incident: this.#incident }
  }

  async drive({ crash, cases }: PlannedCrash): Promise<void> {
    this.#context.onCrash(crash.id)
    if (crash.signal === null) return this.#withFullFolder(cases)
    for (const one of cases) {
      const reason = this.reasonToStop()
      if (reason === null) await this.#endIn(one, crash.signal)
      else this.#notDriven.push({ what: describeCase(one), reason })
    }
  }

  async #endIn(driven: Case, signal: NodeJS.Signals): Promise<void> {
    const { driver, traffic } = this.#context
    const midst = Promise.withResolvers<void>()
    const exchange = driveCase(this.#nextId(), driven, this.#leftMs(), { ...traffic, onMidst: midst.resolve })
    const early = await Promise.race([midst.promise, exchange])
    // Answered, refused or cut before its midst: who died of it is known a moment later.
    if (early !== undefined) await sleep(DEATH_MS)
    else if (traffic.replies === null && !driven.variant.streamed) await sleep(READ_MS)
    const died = driver.incident()
    if (died === null) {
      await driver.crash?.(signal, () => this.#victims())
      this.#times += 1
    }
    await traffic.record(await exchange)
    if (died === null) await this.#startAgain(describeCase(driven))
    else this.#incident = `${died} by itself, in the midst of ${describeCase(driven)}`
  }

  /** All but what traces others: that is an instrument of Lethe's, which must live to tell what it saw. */
  #victims(): readonly number[] {
    const pids = this.#context.pids()
    const tracers = new Set(pids.map(tracerOf))
    return pids.filter(pid => !tracers.has(pid))
  }

  /** A temporary folder is full for requests with large bodies. A death of that is of our making. */
  async #withFullFolder(cases: readonly Case[]): Promise<void> {
    const { driver, placeholders, traffic } = this.#context
    const obstacle = await whyNotFull()
    if (obstacle !== null) {
      this.#notDriven.push({ what: 'crash disk-full', reason: obstacle })
      return
    }
    await driver.stop()
    const reason = await this.#coveredFor(async () => {
      for (const driven of cases) {
        const exchange = await driveCase(this.#nextId(), driven, this.#leftMs(), traffic)
        await traffic.record(exchange)
      }
      this.#times += 1
    }, placeholders.tmp ?? '')
    if (reason !== null) this.#notDriven.push({ what: 'crash disk-full', reason })
    if (this.#incident === null) await this.#startAgain('a full temporary folder')
  }

  /** @returns why the deployment did not run so, or null */
  async #coveredFor(work: () => Promise<void>, folder: string): Promise<string | null> {
    const { driver, placeholders } = this.#context
    try {
      await using _cover = await fullFolder(folder, FULL_BYTES)
      try {
        await driver.start(placeholders)
        await work()
        return null
      } finally {
        await driver.stop()
      }
    } catch (error) {
      const reason = this.#expected(error, ['SINK_DENIED', 'DEPLOYMENT_START', 'HARNESS'])
      // Evidence is lost where leftovers are.
      if (error instanceof LetheError && error.code === 'HARNESS') this.#incident = `met a full folder. ${reason}`
      return reason
    }
  }

  async #startAgain(after: string): Promise<void> {
    try {
      await this.#context.driver.start(this.#context.placeholders)
    } catch (error) {
      const reason = this.#expected(error, ['DEPLOYMENT_START'])
      this.#incident = `did not come up again after ${after}: ${reason}`
    }
  }

  /** @throws the error, where it is another one or the run is interrupted */
  #expected(error: unknown, codes: readonly LetheError['code'][]): string {
    this.#context.traffic.signal.throwIfAborted()
    if (error instanceof LetheError && codes.includes(error.code)) return error.message
    throw error
  }

  /** at least one: what has begun comes to an end */
  #leftMs(): number {
    return Math.max(1, this.#endsAt - this.#context.traffic.now().getTime())
  }

  #nextId(): string {
    return exchangeId(this.#context.recorded())
  }
}
