import type { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import { installedVocabularies } from '../canary/tokens/load.ts'
import type { Driver } from '../deployment/driver.ts'
import { createDriver } from '../deployment/drivers/registry.ts'
import { Launch } from '../deployment/launch.ts'
import { fill, type Placeholders } from '../deployment/placeholders.ts'
import { Stdio } from '../deployment/stdio.ts'
import type { Canary, CanaryRecord } from '../model/canary.ts'
import { milliseconds } from '../model/duration.ts'
import { LetheError, reasonOf } from '../model/error.ts'
import type { Exchange } from '../model/exchange.ts'
import { createPooledScanner, type PooledScanner } from '../scan/workers/pooled-scanner.ts'
import { DeploymentProcesses } from '../sinks/processes/deployment-processes.ts'
import { createSink } from '../sinks/registry.ts'
import type { SinkContext } from '../sinks/sink.ts'
import type { CrashPlan } from '../traffic/crash.ts'
import type { TrafficContext } from '../traffic/driver.ts'
import { UpstreamReplies } from '../traffic/upstream-replies.ts'
import { crashStage } from './crash-stage.ts'
import { HeldAnswers } from './held-answers.ts'
import type { History } from './history.ts'
import { keyPath } from './key-file.ts'
import { type MemoryStageOptions, sampleMemory } from './memory-stage.ts'
import { Outputs } from './outputs.ts'
import type { Progress } from './progress.ts'
import { Services } from './services.ts'
import { Stages } from './stages.ts'
import { declaredTraffic, driveStage } from './traffic-stage.ts'
import { Watch } from './watch.ts'
import { Watches } from './watches.ts'

export interface CollectOptions extends MemoryStageOptions {
  readonly crashes: CrashPlan
  readonly key: RunKey
  readonly history: History
  readonly progress: Progress
  /** aborted by Ctrl-C: collecting ends soon, everything is stopped, what was recorded stays */
  readonly signal: AbortSignal
  readonly now: () => Date
}

/**
 * Collects a run: services up, sinks open, controls planted, deployment up, traffic driven, settled, scanned; crashed,
 * settled, scanned again; stopped, scanned again. Whatever the deployment does, collecting ends in bounded time and the
 * run can be judged.
 *
 * @throws LetheError CONFIG_INVALID for a placeholder or a name that is not known, SERVICE_START; the run is then `broken`.
 * RUN_UNWRITABLE when the run could not be recorded to its end: what was recorded can be judged
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
    await options.history.end({ state, endedAt: options.now().toISOString() })
  }
}

class Collection implements AsyncDisposable {
  readonly #options: CollectOptions
  readonly #stages: Stages
  readonly #mint: Mint
  readonly #stdio = new Stdio()
  readonly #launch = new Launch()
  readonly #processes: DeploymentProcesses | null
  readonly #replies: UpstreamReplies
  readonly #held: HeldAnswers
  readonly #driver: Driver
  readonly #services: Services
  /** null where an upstream of ours puts canaries into outputs */
  readonly #outputs: Outputs | null
  readonly #exchanges: Exchange[] = []
  #watches: Watches
  #scanner: PooledScanner | null = null

  constructor(options: CollectOptions) {
    const { config, key, signal } = options
    this.#options = options
    this.#stages = new Stages(options)
    this.#mint = new Mint(key)
    this.#replies = new UpstreamReplies(about => this.#minted(about))
    this.#held = new HeldAnswers(this.#replies.respond)
    this.#services = new Services(config.services)
    this.#outputs = this.#services.hasUpstream ? null : new Outputs(key, about => this.#mint.mint(about))
    this.#driver = createDriver(config.deployment, this.#stdio, this.#launch, signal)
    this.#processes = this.#makeProcesses()
    this.#watches = new Watches([], this.#stages, () => 0)
  }

  async run(): Promise<'complete' | 'broken'> {
    const { config, history, signal } = this.#options
    const placeholders = await this.#startServices(await this.#driver.prepare())
    const baseUrl = fill(config.deployment.baseUrl, placeholders)
    this.#watches = await this.#makeWatches(placeholders, baseUrl)
    await history.update({ sinks: this.#watches.sinks })
    await this.#openSinks('before-start')
    const started = await this.#start(placeholders)
    if (started) {
      await this.#openSinks('before-traffic')
      if (this.#outputs !== null) await this.#watches.lookBefore(this.#outputs.fingerprints)
      const context = this.#trafficContext(placeholders, baseUrl)
      const spentMs = await driveStage(this.#options, context, this.#stages)
      await sampleMemory(this.#options, {
        traffic: context,
        watches: this.#watches,
        exchanges: this.#exchanges,
        held: this.#services.hasUpstream ? this.#held : null,
        stages: this.#stages,
      })
      await this.#learnOutputs()
      await this.#watches.scan('scan', 'after-traffic', await this.#settle(), null)
      await this.#crash({ ...context, budgetMs: context.budgetMs - spentMs }, placeholders)
    }
    await this.#stop(started)
    if (this.#driver.name === 'process')
      await this.#watches.scan('scan again', 'after-stop', [], started ? 'stop' : null)
    signal.throwIfAborted()
    return started ? 'complete' : 'broken'
  }

  /** Stops and removes everything that this collection made; each failure is recorded, none keeps another from its turn. */
  async [Symbol.asyncDispose](): Promise<void> {
    const steps = [
      () => this.#driver.stop(),
      ...this.#watches.closings(),
      async () => this.#scanner?.[Symbol.asyncDispose](),
      ...this.#services.stops(),
      () => this.#driver.clean(),
    ]
    for (const step of steps) {
      // A run that can no longer be written has that as its own failure.
      await step().catch(error => this.#stages.incident(`cleaning up failed: ${reasonOf(error)}`).catch(() => {}))
    }
  }

  async #startServices(prepared: Placeholders): Promise<Placeholders> {
    let urls: Placeholders = {}
    await this.#stages.run('services', async () => {
      urls = await this.#services.start(this.#held.respond, this.#options.signal)
      return this.#services.names.length === 0 ? 'none declared' : `${this.#services.names.join(', ')} up`
    })
    return { ...prepared, ...urls }
  }

  async #makeWatches(placeholders: Placeholders, baseUrl: string): Promise<Watches> {
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
      processes: this.#processes,
      baseUrl,
      exchanges: () => this.#exchanges,
      ...(config.credentials.otherTenant === undefined ? {} : { otherTenant: config.credentials.otherTenant }),
    }
    const watches = config.sinks.map(
      declared =>
        new Watch(createSink(fill(declared, placeholders), environment), context, history, this.#outputs !== null),
    )
    return new Watches(watches, this.#stages, () => this.#exchanges.length)
  }

  #makeProcesses(): DeploymentProcesses | null {
    const { deployment } = this.#options.config
    if (deployment.driver === 'external' && deployment.pids.length === 0) return null
    const mark = deployment.driver === 'process' ? this.#launch.mark : null
    return new DeploymentProcesses({ pids: () => this.#driver.roots(), mark })
  }

  async #openSinks(when: 'before-start' | 'before-traffic'): Promise<void> {
    await this.#watches.open(when, sink => {
      const control = this.#minted({ role: 'control', data: null, exchange: null, field: sink, position: 'whole' })
      return this.#outputs?.control(control) ?? control
    })
  }

  async #learnOutputs(): Promise<void> {
    const learned = this.#outputs?.learn()
    if (learned === undefined) return
    for (const record of learned.records) this.#options.history.canary(record)
    await this.#options.history.update({ outputs: learned.summary })
  }

  async #start(placeholders: Placeholders): Promise<boolean> {
    let started = false
    await this.#stages.run('start', async () => {
      try {
        await this.#driver.start(placeholders)
        started = true
        return 'deployment answers'
      } catch (error) {
        this.#options.signal.throwIfAborted()
        if (!(error instanceof LetheError) || error.code !== 'DEPLOYMENT_START') throw error
        await this.#stages.incident(error.message)
        return error.message
      }
    })
    return started
  }

  #trafficContext(placeholders: Placeholders, baseUrl: string): TrafficContext {
    const { history } = this.#options
    return {
      ...declaredTraffic(this.#options, placeholders, baseUrl),
      before: 0,
      mint: about => this.#minted(about),
      replies: this.#services.hasUpstream ? this.#replies : null,
      keepOutput: this.#outputs?.keep ?? null,
      record: exchange => {
        this.#exchanges.push(exchange)
        history.exchange(exchange)
      },
    }
  }

  /** Outputs are learned by now, so those of a request that a crash cut are not kept. */
  async #crash(traffic: TrafficContext, placeholders: Placeholders): Promise<void> {
    const times = await crashStage(this.#options, this.#stages, {
      traffic: { ...traffic, keepOutput: null },
      driver: this.#driver,
      placeholders,
      pids: () => this.#processes?.members().map(({ pid }) => pid) ?? [],
      recorded: () => this.#exchanges.length,
    })
    if (times > 0) await this.#watches.scan('scan after crash', 'after-crash', await this.#settle(), 'crash')
  }

  async #settle() {
    const { settle } = this.#options.config
    const limits = { quiet: milliseconds(settle.quiet), atMost: milliseconds(settle.atMost) }
    return this.#watches.settle(limits, this.#options.signal)
  }

  async #stop(started: boolean): Promise<void> {
    await this.#stages.run('stop', async () => {
      const incident = this.#driver.incident()
      if (started && incident !== null) await this.#stages.incident(`the deployment ${incident} before it was stopped`)
      await this.#driver.stop()
      return 'deployment stopped'
    })
  }

  #minted(about: Omit<CanaryRecord, 'id'>): Canary {
    const canary = this.#mint.mint(about)
    this.#options.history.canary(canary)
    return canary
  }
}
