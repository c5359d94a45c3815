import type { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { installedVocabularies } from '../canary/tokens/load.ts'
import type { Config } from '../deployment/config.ts'
import type { Driver } from '../deployment/driver.ts'
import { createDriver } from '../deployment/drivers/registry.ts'
import { Launch } from '../deployment/launch.ts'
import { fill, type Placeholders } from '../deployment/placeholders.ts'
import { Stdio } from '../deployment/stdio.ts'
import type { Canary, CanaryRecord } from '../model/canary.ts'
import { milliseconds } from '../model/duration.ts'
import { LetheError, reasonOf } from '../model/error.ts'
import type { Exchange } from '../model/exchange.ts'
import type { Medium } from '../model/medium.ts'
import type { Clause } from '../model/profile.ts'
import { createPooledScanner, type PooledScanner } from '../scan/workers/pooled-scanner.ts'
import { DeploymentProcesses } from '../sinks/processes/deployment-processes.ts'
import { createSink } from '../sinks/registry.ts'
import type { SinkContext } from '../sinks/sink.ts'
import { driveTraffic } from '../traffic/driver.ts'
import type { Case, NotDriven, TrafficPlan } from '../traffic/plan.ts'
import { UpstreamReplies } from '../traffic/upstream-replies.ts'
import { Decay } from './decay.ts'
import { HeldAnswers } from './held-answers.ts'
import type { History } from './history.ts'
import { keyPath } from './key-file.ts'
import { Outputs } from './outputs.ts'
import type { Progress } from './progress.ts'
import { Services } from './services.ts'
import { settle } from './settle.ts'
import { Watch } from './watch.ts'

/** Media that a deployment takes with it when it ends. */
const GONE_AFTER_STOP: readonly Medium[] = ['api', 'memory']
/** For the requests between two samples of memory: a slow deployment gets fewer. */
const SAMPLED_TRAFFIC_MS = 30_000

export interface CollectOptions {
  readonly config: Config
  readonly plan: TrafficPlan
  /** of the profile: what they grant decides how long memory is sampled */
  readonly clauses: readonly Clause[]
  readonly key: RunKey
  readonly history: History
  readonly progress: Progress
  /** aborted by Ctrl-C: collecting ends soon, everything is stopped, what was recorded stays */
  readonly signal: AbortSignal
  readonly now: () => Date
}

/**
 * Collects a run: services up, sinks open, controls planted, deployment up, traffic driven, settled, scanned, stopped,
 * scanned again. Whatever the deployment does, collecting ends in bounded time and the run can be judged.
 *
 * @throws LetheError CONFIG_INVALID for a placeholder or a name that is not known, SERVICE_START; the run is then `broken`
 */
export async function collect(options: CollectOptions): Promise<void> {
  const collection = new Collection(options)
  let state: 'complete' | 'interrupted' | 'broken' = 'broken'
  try {
    state = await collection.run()
  } catch (error) {
    if (!options.signal.aborted) throw error
    state = 'interrupted'
  } finally {
    await collection[Symbol.asyncDispose]()
    await options.history.update({ state, endedAt: options.now().toISOString() })
    options.history.close()
  }
}

class Collection implements AsyncDisposable {
  readonly #options: CollectOptions
  readonly #mint: Mint
  readonly #stdio = new Stdio()
  readonly #launch = new Launch()
  readonly #replies: UpstreamReplies
  readonly #held: HeldAnswers
  readonly #driver: Driver
  readonly #services: Services
  /** null where an upstream of ours puts canaries into outputs */
  readonly #outputs: Outputs | null
  readonly #exchanges: Exchange[] = []
  #watches: Watch[] = []
  #scanner: PooledScanner | null = null

  constructor(options: CollectOptions) {
    const { config, key, signal } = options
    this.#options = options
    this.#mint = new Mint(key)
    this.#replies = new UpstreamReplies(about => this.#minted(about))
    this.#held = new HeldAnswers(this.#replies.respond)
    this.#services = new Services(config.services)
    this.#outputs = this.#services.hasUpstream ? null : new Outputs(key, about => this.#mint.mint(about))
    this.#driver = createDriver(config.deployment, this.#stdio, this.#launch, signal)
  }

  async run(): Promise<'complete' | 'broken'> {
    const { config, history, signal } = this.#options
    const placeholders = await this.#startServices(await this.#driver.prepare())
    const baseUrl = fill(config.deployment.baseUrl, placeholders)
    this.#watches = await this.#makeWatches(placeholders, baseUrl)
    await history.update({ sinks: this.#watches.map(({ sink }) => ({ id: sink.id, medium: sink.medium })) })
    await this.#openSinks('before-start')
    const started = await this.#start(placeholders)
    if (started) {
      await this.#openSinks('before-traffic')
      await this.#lookBefore()
      await this.#traffic(placeholders, baseUrl)
      await this.#decay(placeholders, baseUrl)
      await this.#learnOutputs()
      await this.#scan('scan', 'after-traffic', await this.#settle(), this.#watches)
    }
    await this.#stage('stop', async () => {
      const incident = this.#driver.incident()
      if (started && incident !== null) await this.#incident(`the deployment ${incident} before it was stopped`)
      await this.#driver.stop()
      return 'deployment stopped'
    })
    if (this.#driver.name === 'process') await this.#scan('scan again', 'after-stop', [], this.#remaining(started))
    signal.throwIfAborted()
    return started ? 'complete' : 'broken'
  }

  /** Stops and removes everything that this collection made; each failure is recorded, none keeps another from its turn. */
  async [Symbol.asyncDispose](): Promise<void> {
    const steps = [
      () => this.#driver.stop(),
      ...this.#watches.map(watch => () => watch[Symbol.asyncDispose]()),
      async () => this.#scanner?.[Symbol.asyncDispose](),
      ...this.#services.stops(),
      () => this.#driver.clean(),
    ]
    for (const step of steps) {
      await step().catch(error => this.#incident(`cleaning up failed: ${reasonOf(error)}`))
    }
  }

  async #startServices(prepared: Placeholders): Promise<Placeholders> {
    let urls: Placeholders = {}
    await this.#stage('services', async () => {
      urls = await this.#services.start(this.#held.respond, this.#options.signal)
      return this.#services.names.length === 0 ? 'none declared' : `${this.#services.names.join(', ')} up`
    })
    return { ...prepared, ...urls }
  }

  async #makeWatches(placeholders: Placeholders, baseUrl: string): Promise<Watch[]> {
    const { config, key, signal, now, history } = this.#options
    this.#scanner = createPooledScanner(
      key,
      {},
      {
        vocabularies: await installedVocabularies(),
        fingerprints: this.#outputs?.fingerprints ?? null,
      },
    )
    const context: SinkContext = {
      scanner: this.#scanner,
      signal,
      now,
      own: [history.path, keyPath(history.path)],
    }
    const isOurs = config.deployment.driver === 'process'
    const environment = {
      stdio: isOurs ? this.#stdio : null,
      launch: isOurs ? this.#launch : null,
      processes: this.#processes(),
      baseUrl,
      exchanges: () => this.#exchanges,
      ...(config.credentials.otherTenant === undefined ? {} : { otherTenant: config.credentials.otherTenant }),
    }
    return config.sinks.map(
      declared =>
        new Watch(createSink(fill(declared, placeholders), environment), context, history, this.#outputs !== null),
    )
  }

  #processes(): DeploymentProcesses | null {
    const { deployment } = this.#options.config
    if (deployment.driver === 'external' && deployment.pids.length === 0) return null
    const mark = deployment.driver === 'process' ? this.#launch.mark : null
    return new DeploymentProcesses({ pids: () => this.#driver.roots(), mark })
  }

  async #openSinks(when: 'before-start' | 'before-traffic'): Promise<void> {
    const watches = this.#watches.filter(({ sink }) => sink.opens === when)
    await this.#stage('sinks', async () => {
      for (const watch of watches) {
        const about = { data: null, exchange: null, field: watch.sink.id, position: 'whole' } as const
        const control = this.#minted({ role: 'control', ...about })
        await watch.open(this.#outputs?.control(control) ?? control)
      }
      return `${watches.filter(({ opened }) => opened !== null).length} of ${watches.length} open ${when}`
    })
  }

  /** What an output shares with what lay there before traffic does not tell of the output. */
  async #lookBefore(): Promise<void> {
    const fingerprints = this.#outputs?.fingerprints
    if (fingerprints === undefined) return
    await this.#stage('sinks', async () => {
      // Of memory, outputs are not told by what they share with it.
      for (const watch of this.#watches.filter(({ sink }) => sink.medium !== 'memory')) {
        const gap = await watch.look()
        if (gap !== null) fingerprints.doubtBecause(gap)
      }
      fingerprints.stopGathering()
      return `${this.#watches.length} looked at before traffic`
    })
  }

  async #learnOutputs(): Promise<void> {
    const learned = this.#outputs?.learn()
    if (learned === undefined) return
    for (const record of learned.records) this.#options.history.canary(record)
    await this.#options.history.update({ outputs: learned.summary })
  }

  async #start(placeholders: Placeholders): Promise<boolean> {
    return this.#stage('start', async () => {
      try {
        await this.#driver.start(placeholders)
        return 'deployment answers'
      } catch (error) {
        this.#options.signal.throwIfAborted()
        if (!(error instanceof LetheError) || error.code !== 'DEPLOYMENT_START') throw error
        await this.#incident(error.message)
        return error.message
      }
    }).then(summary => summary === 'deployment answers')
  }

  async #traffic(placeholders: Placeholders, baseUrl: string): Promise<void> {
    const { plan, history, signal } = this.#options
    await this.#stage('traffic', async () => {
      const notDriven = await this.#drive(plan, placeholders, baseUrl)
      await history.update({ notDriven: [...notDriven] })
      const cut = notDriven[plan.notDriven.length]
      if (cut !== undefined && !signal.aborted) await this.#incident(`traffic was cut short: ${cut.reason}`)
      return `${this.#exchanges.length} of ${plan.cases.length} exchanges`
    })
  }

  async #drive(
    plan: TrafficPlan,
    placeholders: Placeholders,
    baseUrl: string,
    budgetMs = milliseconds(this.#options.config.traffic.budget),
  ): Promise<readonly NotDriven[]> {
    const { config, history, progress, signal, now } = this.#options
    const { traffic } = config
    return driveTraffic(plan, {
      baseUrl,
      credentials: fill(config.credentials.caller, placeholders),
      headers: fill(traffic.headers, placeholders),
      size: traffic.size,
      timeoutMs: milliseconds(traffic.timeout),
      stallTimeoutMs: milliseconds(traffic.upstreamTimeout),
      budgetMs,
      before: this.#exchanges.length,
      mint: about => this.#minted(about),
      replies: this.#services.hasUpstream ? this.#replies : null,
      keepOutput: this.#outputs?.keep ?? null,
      record: exchange => {
        this.#exchanges.push(exchange)
        history.exchange(exchange)
      },
      onProgress: (done, total) => progress.detail('traffic', `${done} of ${total} exchanges`),
      now,
      signal,
    }).catch(error => {
      if (!(error instanceof LetheError) || error.code !== 'USAGE') throw error
      return [...plan.notDriven, { what: 'the rest of the plan', reason: error.message }]
    })
  }

  /** Samples what is left in memory; the requests that this takes are traffic like any other. */
  async #decay(placeholders: Placeholders, baseUrl: string): Promise<void> {
    const { config, plan, clauses, progress, signal } = this.#options
    const decay = new Decay({
      watches: this.#watches.filter(({ sink, opened }) => sink.medium === 'memory' && opened !== null),
      cases: plan.cases.filter(({ fault }) => fault === null),
      drive: async (cases: readonly Case[]) => {
        const before = this.#exchanges.length
        await this.#drive({ cases, notDriven: [] }, placeholders, baseUrl, SAMPLED_TRAFFIC_MS)
        return this.#exchanges.slice(before).filter(({ outcome }) => outcome === 'answered').length
      },
      requests: () => this.#exchanges.length,
      held: this.#services.hasUpstream ? this.#held : null,
      granted: clauses.flatMap(({ rule }) =>
        rule.kind === 'gone-within' && rule.media.includes('memory') ? [milliseconds(rule.within)] : [],
      ),
      sampling: config.memory,
      onSample: text => progress.detail('memory', text),
      signal,
    })
    await this.#stage('memory', () => decay.sample())
  }

  async #settle() {
    const { config, signal } = this.#options
    const limits = { quiet: milliseconds(config.settle.quiet), atMost: milliseconds(config.settle.atMost) }
    const sinks = this.#watches.flatMap(({ opened }) => (opened === null ? [] : [opened]))
    let quiet = false
    await this.#stage('settle', async () => {
      quiet = await settle(sinks, limits, signal)
      return quiet ? 'all sinks stand still' : `not still after ${config.settle.atMost}`
    })
    return quiet
      ? []
      : [{ path: 'settle', reason: `data still came in after ${config.settle.atMost}; scanned as it was` }]
  }

  async #scan(
    stage: 'scan' | 'scan again',
    name: string,
    remarks: readonly { path: string; reason: string }[],
    watches: readonly Watch[],
  ): Promise<void> {
    await this.#stage(stage, async () => {
      for (const watch of watches) {
        const sample = { phase: 'after', requests: this.#exchanges.length } as const
        const options = watch.sink.medium === 'memory' ? { sample } : {}
        this.#options.progress.detail(stage, await watch.scan(name, remarks, options))
      }
      return `${watches.length} sinks scanned ${name}`
    })
  }

  /** After the stop its end-points and processes are gone; all else is scanned again, for what was written on the way out. */
  #remaining(started: boolean): Watch[] {
    return this.#watches.filter(({ sink }) => !started || !GONE_AFTER_STOP.includes(sink.medium))
  }

  #minted(about: Omit<CanaryRecord, 'id'>): Canary {
    const canary = this.#mint.mint(about)
    this.#options.history.canary(canary)
    return canary
  }

  async #incident(text: string): Promise<void> {
    const { history } = this.#options
    await history.update({ incidents: [...history.meta.incidents, text] })
  }

  async #stage(stage: Parameters<Progress['begin']>[0], work: () => Promise<string>): Promise<string> {
    const { progress, signal } = this.#options
    signal.throwIfAborted()
    progress.begin(stage)
    const summary = await work()
    progress.end(stage, summary)
    return summary
  }
}
