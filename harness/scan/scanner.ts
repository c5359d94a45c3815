import type { RunKey } from '../canary/key.ts'
import { blindnessOf, NO_VOCABULARIES } from '../canary/tokens/load.ts'
import { Budget } from './budget.ts'
import { Layer } from './layer.ts'
import type { Limits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import type { Machine, Sought } from './machine.ts'
import { machineOf } from './machine.ts'
import type { Hit, ScanCoverage, Scanner, ScanStream } from './scan.ts'

/** A scanner for the canaries of the run with this key, and for what else is sought. */
export function createScanner(key: RunKey, limits: Partial<Limits> = {}, sought: Partial<Sought> = {}): Scanner {
  const bounds = { ...defaultLimits, ...limits }
  const { vocabularies = NO_VOCABULARIES, fingerprints = null } = sought
  const machine = machineOf(key, bounds.encodings, { vocabularies, fingerprints })
  return {
    blindTo: blindnessOf(vocabularies),
    open: onHit => openStream(machine, bounds, onHit),
    get isWaiting() {
      return fingerprints?.isWaiting ?? false
    },
  }
}

export function openStream(machine: Machine, limits: Limits, onHit: (hit: Hit) => void): ScanStream {
  return new Stream(machine, limits, onHit)
}

/** Pieces within pieces: a log of events within the log of a container engine. */
const JOINS = 2

class Stream implements ScanStream {
  readonly #budget: Budget
  readonly #layer: Layer

  constructor(machine: Machine, limits: Limits, onHit: (hit: Hit) => void) {
    this.#budget = new Budget(limits)
    const place = { via: [], offset: null, shortestChain: 0, joins: JOINS, opens: true }
    this.#layer = new Layer(machine, this.#budget, place, onHit)
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#budget.receive(chunk.length)
    await this.#layer.push(chunk)
  }

  async end(): Promise<ScanCoverage> {
    await this.#layer.end()
    const { received: bytes, unpacked, incomplete, damaged } = this.#budget
    return { bytes, unpacked, incomplete, ...(damaged.length === 0 ? {} : { damaged }) }
  }
}
