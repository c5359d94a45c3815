import type { Canary } from '../model/canary.ts'
import type { Medium } from '../model/medium.ts'
import type { Gap } from '../model/observation.ts'
import type { Fingerprints } from '../scan/fingerprints/fingerprints.ts'
import { settle } from './settle.ts'
import type { Stages } from './stages.ts'
import type { Watch } from './watch.ts'

/** What a way of ending the deployment takes away with it; everything else is scanned again, for what was written on the way out. */
const GONE_WITH: Record<'crash' | 'stop', readonly Medium[]> = {
  // What was held open to its end-points broke.
  crash: ['api'],
  stop: ['api', 'memory'],
}

/** All sinks of a run, stage by stage. */
export class Watches {
  readonly #watches: readonly Watch[]
  readonly #stages: Stages
  readonly #requests: () => number

  /** @param requests exchanges that have ended */
  constructor(watches: readonly Watch[], stages: Stages, requests: () => number) {
    this.#watches = watches
    this.#stages = stages
    this.#requests = requests
  }

  get sinks() {
    return this.#watches.map(({ sink }) => ({ id: sink.id, medium: sink.medium }))
  }

  /** those of memory that are open: it is sampled at other times too */
  ofMemory(): Watch[] {
    return this.#watches.filter(({ sink, opened }) => sink.medium === 'memory' && opened !== null)
  }

  /** @param control makes the control of a sink */
  async open(when: 'before-start' | 'before-traffic', control: (sink: string) => Canary): Promise<void> {
    const watches = this.#watches.filter(({ sink }) => sink.opens === when)
    await this.#stages.run('sinks', async () => {
      for (const watch of watches) await watch.open(control(watch.sink.id))
      return `${watches.filter(({ opened }) => opened !== null).length} of ${watches.length} open ${when}`
    })
  }

  /** What an output shares with what lay there before traffic does not tell of the output. */
  async lookBefore(fingerprints: Fingerprints): Promise<void> {
    await this.#stages.run('sinks', async () => {
      // Of memory, outputs are not told by what they share with it.
      for (const watch of this.#watches.filter(({ sink }) => sink.medium !== 'memory')) {
        const gap = await watch.look()
        if (gap !== null) fingerprints.doubtBecause(gap)
      }
      fingerprints.stopGathering()
      return `${this.#watches.length} looked at before traffic`
    })
  }

  /** Waits until nothing moves. @returns a remark for the scan where something still does. Limits in milliseconds */
  async settle(limits: { readonly quiet: number; readonly atMost: number }, signal: AbortSignal): Promise<Gap[]> {
    const sinks = this.#watches.flatMap(({ opened }) => (opened === null ? [] : [opened]))
    const late = `${limits.atMost / 1000} s`
    let quiet = false
    await this.#stages.run('settle', async () => {
      quiet = await settle(sinks, limits, signal)
      return quiet ? 'all sinks stand still' : `not still after ${late}`
    })
    return quiet ? [] : [{ path: 'settle', reason: `data still came in after ${late}; scanned as it was` }]
  }

  /** @param after what took away with it sinks that are not scanned, or null */
  async scan(
    stage: 'scan' | 'scan after crash' | 'scan again',
    name: string,
    remarks: readonly Gap[],
    after: 'crash' | 'stop' | null,
  ): Promise<void> {
    const gone = after === null ? [] : GONE_WITH[after]
    const watches = this.#watches.filter(({ sink }) => !gone.includes(sink.medium))
    await this.#stages.run(stage, async () => {
      for (const watch of watches) {
        const sample = { phase: 'after', requests: this.#requests() } as const
        const restarted = after === 'crash'
        const options = watch.sink.medium === 'memory' ? { restarted, sample } : { restarted }
        this.#stages.detail(stage, await watch.scan(name, remarks, options))
      }
      return `${watches.length} sinks scanned ${name}`
    })
  }

  /** one step a sink */
  closings(): (() => Promise<void>)[] {
    return this.#watches.map(watch => () => watch[Symbol.asyncDispose]())
  }
}
