import type { RunKey } from '../canary/key.ts'
import { Budget } from './budget.ts'
import type { Filter } from './filter.ts'
import type { Fingerprints } from './fingerprints/fingerprints.ts'
import { Layer } from './layer.ts'
import type { Limits } from './limits.ts'
import { defaultLimits } from './limits.ts'
import type { Machine } from './machine.ts'
import { machineOf } from './machine.ts'
import { JoinedRecords } from './reassembly/joined-records.ts'
import type { Hit, ScanCoverage, Scanner, ScanStream } from './scan.ts'

/** A scanner for the canaries of the run with this key; and for outputs that nobody chose, once they are known. */
export function createScanner(
  key: RunKey,
  limits: Partial<Limits> = {},
  fingerprints: Fingerprints | null = null,
): Scanner {
  const bounds = { ...defaultLimits, ...limits }
  const machine = machineOf(key, bounds.encodings, fingerprints)
  return {
    open: onHit => new Stream(machine, bounds, onHit),
    get isWaiting() {
      return fingerprints?.isWaiting ?? false
    },
  }
}

/** Texts that were joined hold no containers. */
const NO_FILTER: Filter = { longest: 0, find: () => [] }

class Stream implements ScanStream {
  readonly #budget: Budget
  readonly #layer: Layer
  readonly #records: JoinedRecords

  constructor(machine: Machine, limits: Limits, onHit: (hit: Hit) => void) {
    this.#budget = new Budget(limits)
    this.#layer = layerOf(machine, this.#budget, onHit)
    const textOnly = { ...machine, triggerFilter: NO_FILTER }
    this.#records = new JoinedRecords(report => joinedStream(textOnly, limits, report), onHit)
  }

  async push(chunk: Uint8Array): Promise<void> {
    this.#budget.receive(chunk.length)
    await this.#layer.push(chunk)
    await this.#records.push(chunk)
  }

  async end(): Promise<ScanCoverage> {
    await this.#layer.end()
    await this.#records.end()
    return { bytes: this.#budget.received, incomplete: this.#budget.incomplete }
  }
}

function layerOf(machine: Machine, budget: Budget, onHit: (hit: Hit) => void): Layer {
  return new Layer(machine, budget, { via: [], offset: null, shortestChain: 0 }, onHit)
}

/** A stream whose bytes are counted elsewhere: what is joined was received once already. */
function joinedStream(machine: Machine, limits: Limits, onHit: (hit: Hit) => void): ScanStream {
  const budget = new Budget(limits)
  const layer = layerOf(machine, budget, onHit)
  return {
    push: async chunk => {
      budget.receive(chunk.length)
      await layer.push(chunk)
    },
    end: async () => {
      await layer.end()
      return { bytes: budget.received, incomplete: budget.incomplete }
    },
  }
}
