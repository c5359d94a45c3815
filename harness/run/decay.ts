import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../deployment/config.ts'
import { milliseconds } from '../model/duration.ts'
import type { Sample } from '../model/observation.ts'
import type { HeldAt } from '../model/service.ts'
import type { Case } from '../traffic/plan.ts'
import type { HeldAnswers } from './held-answers.ts'
import type { Watch } from './watch.ts'

/** A request that nobody holds back is looked at so soon after it was sent. */
const UNDER_WAY_MS = 5
/** A deployment that gives up on its upstream while it is looked at proves nothing. */
const MOST_TRIES = 3
/** After the moment at which a promise is due: its clock is told in milliseconds. */
const LATER_MS = 100

export interface DecayOptions {
  /** of the sinks of memory */
  readonly watches: readonly Pick<Watch, 'scan' | 'seen'>[]
  /** requests that go well, with canaries of their own; as many as are asked for are driven, in turn */
  readonly cases: readonly Case[]
  /** settles with how many of them were answered */
  readonly drive: (cases: readonly Case[]) => Promise<number>
  /** exchanges that have ended */
  readonly requests: () => number
  /** null where no upstream is ours */
  readonly held: HeldAnswers | null
  /** milliseconds that the clauses about memory grant, each */
  readonly granted: readonly number[]
  readonly sampling: Config['memory']
  readonly onSample: (name: string) => void
  readonly signal: AbortSignal
}

/**
 * Samples memory over requests and over time: while a request is under way, at once after its answer, and, as long as
 * anything is left, after further requests and after a while, at last when the time that clauses grant is over: what is
 * seen then was kept too long. A deployment that forgets at once is sampled a few times only.
 */
export class Decay {
  readonly #options: DecayOptions
  #samples = 0

  constructor(options: DecayOptions) {
    this.#options = options
  }

  /** @returns a line about it */
  async sample(): Promise<string> {
    const { watches, sampling, granted } = this.#options
    if (watches.length === 0) return 'not among the sinks'
    await this.#underWay()
    await this.#take('answered', 'after')
    await this.#afterRequests()
    const since = performance.now()
    const atMost = milliseconds(sampling.atMost)
    const due = granted.filter(span => span <= atMost).map(span => span + LATER_MS)
    const last = Math.max(0, ...due)
    const waits = [...sampling.times.map(milliseconds).filter(wait => wait < last), ...due].sort((a, b) => a - b)
    for (const wait of new Set(waits)) {
      if (this.#left === 0) break
      await sleep(Math.max(0, wait - (performance.now() - since)), undefined, { signal: this.#options.signal })
      await this.#take(`${wait < 1000 ? `${wait} ms` : `${Math.floor(wait / 1000)} s`} later`, 'after')
    }
    return `${this.#samples} samples, ${this.#left === 0 ? 'nothing' : `${this.#left} copies`} left`
  }

  get #left(): number {
    return this.#options.watches.reduce((sum, { seen }) => sum + seen, 0)
  }

  async #underWay(): Promise<void> {
    const probe = this.#options.cases.find(({ variant }) => !variant.streamed) ?? this.#options.cases[0]
    if (probe === undefined) return
    if (this.#options.held === null) return this.#unheld(probe)
    for (const at of ['asked', 'answering'] as const) {
      for (let tries = 1; tries <= MOST_TRIES; tries++) {
        if (await this.#held(this.#options.held, at, probe, tries)) break
      }
    }
  }

  /** @returns whether there is nothing to try again: the request was answered, or is held by nobody */
  async #held(held: HeldAnswers, at: HeldAt, probe: Case, tries: number): Promise<boolean> {
    const reached = held.next(at)
    const driven = this.#options.drive([probe])
    const release = await Promise.race([reached, driven.then(() => null)])
    held.disarm()
    try {
      if (release !== null) await this.#take(tries === 1 ? at : `${at}, try ${tries}`, at, release)
    } finally {
      release?.()
      await driven
    }
    return release === null || (await driven) > 0
  }

  async #unheld(probe: Case): Promise<void> {
    let isDone = false
    const driven = this.#options.drive([probe]).finally(() => {
      isDone = true
    })
    try {
      await Promise.race([driven, sleep(UNDER_WAY_MS)])
      if (!isDone) await this.#take('under-way', 'under-way')
    } finally {
      await driven
    }
  }

  async #afterRequests(): Promise<void> {
    const { cases, sampling, drive } = this.#options
    if (cases.length === 0) return
    let driven = 0
    for (const wanted of [...new Set(sampling.requests)].sort((a, b) => a - b)) {
      if (this.#left === 0) return
      await drive(
        Array.from({ length: wanted - driven }, (_, index) => cases[(driven + index) % cases.length]).filter(
          one => one !== undefined,
        ),
      )
      driven = wanted
      await this.#take(`${wanted} ${wanted === 1 ? 'request' : 'requests'} later`, 'after')
    }
  }

  /** @param onTaken called at the latest when the sample is over */
  async #take(name: string, phase: Sample['phase'], onTaken?: () => void): Promise<void> {
    const { watches, requests, onSample, signal } = this.#options
    signal.throwIfAborted()
    this.#samples += 1
    onSample(`sample ${this.#samples}: ${name}`)
    for (const [index, watch] of watches.entries()) {
      const isLast = index === watches.length - 1
      const sample = { phase, requests: requests() }
      await watch.scan(`memory ${name}`, [], { sample, ...(isLast && onTaken !== undefined ? { onTaken } : {}) })
    }
  }
}
