import type { Placeholders } from '../deployment/placeholders.ts'
import { LetheError, reasonOf } from '../model/error.ts'
import type { Respond, RunningService, Service } from '../model/service.ts'

/** The services of a run, started in the order in which they are declared and stopped the other way round. */
export class Services {
  readonly #declared: Readonly<Record<string, Service>>
  readonly #running: RunningService[] = []

  constructor(declared: Readonly<Record<string, Service>>) {
    this.#declared = declared
  }

  get names(): string[] {
    return Object.keys(this.#declared)
  }

  /** true where one of them is a stand-in upstream, so that outputs carry canaries of their own */
  get hasUpstream(): boolean {
    return Object.values(this.#declared).some(service => service.upstream === true)
  }

  /** @returns the placeholders `services.NAME.url`, and `services.NAME.folder` of those that have one. @throws LetheError SERVICE_START */
  async start(respond: Respond, signal: AbortSignal): Promise<Placeholders> {
    const placeholders: Record<string, string> = {}
    for (const [name, service] of Object.entries(this.#declared)) {
      const running = await service.start({ respond, signal }).catch(cause => {
        signal.throwIfAborted()
        const mend = cause instanceof LetheError ? cause.mend : 'Start it by hand to see why.'
        throw new LetheError('SERVICE_START', `The service "${name}" did not start: ${reasonOf(cause)}`, mend, {
          cause,
        })
      })
      this.#running.push(running)
      placeholders[`services.${name}.url`] = running.url
      if (running.folder !== undefined) placeholders[`services.${name}.folder`] = running.folder
    }
    return placeholders
  }

  /** one step a service, the last started first */
  stops(): (() => Promise<void>)[] {
    return this.#running.toReversed().map(service => () => service.stop())
  }
}
