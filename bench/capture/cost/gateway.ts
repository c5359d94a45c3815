import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { referenceConfig } from '../../../fixtures/reference/reference-config.ts'
import { postgres } from '../../../fixtures/services/postgres.ts'
import { openaiUpstream } from '../../../fixtures/upstreams/openai.ts'
import { Config } from '../../../harness/deployment/config.ts'
import type { Driver } from '../../../harness/deployment/driver.ts'
import { createDriver } from '../../../harness/deployment/drivers/registry.ts'
import { Launch } from '../../../harness/deployment/launch.ts'
import { fill, type Placeholders } from '../../../harness/deployment/placeholders.ts'
import { Stdio } from '../../../harness/deployment/stdio.ts'
import type { RunningService, Service } from '../../../harness/model/service.ts'

const ANSWER = 'Seven words that the upstream always says.'
const PROMPT = 'What would you say to a text of some length? '.repeat(20)

/** The reference gateway with its services, which live as long as it does: started anew for each block of requests. */
export class Gateway implements AsyncDisposable {
  readonly #services: ReadonlyMap<string, RunningService>
  readonly #signal = new AbortController().signal

  private constructor(services: ReadonlyMap<string, RunningService>) {
    this.#services = services
  }

  /** Starts its database and its upstream. @throws when one of them does not start */
  static async prepare(): Promise<Gateway> {
    const { signal } = new AbortController()
    const respond = () => ({ kind: 'answer', text: ANSWER }) as const
    const running = new Map<string, RunningService>()
    const services: Record<string, Service> = { database: postgres(), upstream: openaiUpstream() }
    for (const [name, service] of Object.entries(services)) running.set(name, await service.start({ respond, signal }))
    return new Gateway(running)
  }

  /** A gateway that has folders of its own and has not been started. */
  async next(): Promise<GatewayProcess> {
    const launch = new Launch()
    const config = Config.parse(referenceConfig({ database: postgres() }))
    const driver = createDriver(config.deployment, new Stdio(), launch, this.#signal)
    const urls = [...this.#services].map(([name, { url }]) => [`services.${name}.url`, url] as const)
    return new GatewayProcess(config, driver, launch, { ...(await driver.prepare()), ...Object.fromEntries(urls) })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of this.#services.values()) await service.stop()
  }
}

/** One life of the gateway. */
export class GatewayProcess implements AsyncDisposable {
  readonly launch: Launch
  readonly driver: Driver
  /** where it may write */
  readonly folder: string
  readonly #config: Config
  /** of this life alone: another one may have the same port */
  readonly #agent = new Agent({ keepAlive: true })
  readonly #placeholders: Placeholders

  constructor(config: Config, driver: Driver, launch: Launch, placeholders: Placeholders) {
    this.#config = config
    this.#placeholders = placeholders
    this.driver = driver
    this.launch = launch
    this.folder = placeholders.work ?? ''
  }

  start(): Promise<void> {
    return this.driver.start(this.#placeholders)
  }

  /** One chat completion, not streamed. @returns milliseconds until its last byte. @throws Error when it is refused */
  async ask(): Promise<number> {
    const started = performance.now()
    const base = fill(this.#config.deployment.baseUrl, this.#placeholders)
    const asked = request(new URL('/v1/openai/chat/completions', base), {
      method: 'POST',
      agent: this.#agent,
      headers: { ...this.#config.credentials.caller, 'content-type': 'application/json' },
    })
    asked.end(JSON.stringify({ model: 'lethe/reference-text', messages: [{ role: 'user', content: PROMPT }] }))
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    await buffer(response)
    if (response.statusCode !== 200) throw new Error(`the gateway answered ${response.statusCode}`)
    return performance.now() - started
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy()
    await this.driver.stop()
    await this.driver.clean()
  }
}
