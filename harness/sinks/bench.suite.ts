import { RunKey } from '../canary/key.ts'
import { Mint } from '../canary/mint.ts'
import type { Canary, Role } from '../model/canary.ts'
import { createScanner } from '../scan/scanner.ts'
import type { Coverage, OpenSink, Sink, SinkContext, SinkSighting } from './sink.ts'

/** For tests: the scanner, canaries and context of one run, and what its scans saw. */
export class Bench {
  readonly #mint: Mint
  readonly #interrupt = new AbortController()
  readonly context: SinkContext

  constructor(own: readonly string[] = []) {
    const key = RunKey.create()
    this.#mint = new Mint(key)
    this.context = { scanner: createScanner(key), signal: this.#interrupt.signal, now: () => new Date(), own }
  }

  canary(role: Role = 'payload'): Canary {
    return this.#mint.mint({ role, data: null, exchange: null, field: null, position: 'whole' })
  }

  interrupt(): void {
    this.#interrupt.abort()
  }

  /** Opens a sink and plants a control. */
  async opened(sink: Sink): Promise<{ open: OpenSink; control: Canary }> {
    const open = await sink.open(this.context)
    const control = this.canary('control')
    await open.plant(control)
    return { open, control }
  }
}

/** One scan: its coverage and all its sightings. */
export async function scanOf(open: OpenSink): Promise<{ coverage: Coverage; sightings: SinkSighting[] }> {
  const sightings: SinkSighting[] = []
  const coverage = await open.scan(sighting => sightings.push(sighting))
  return { coverage, sightings }
}

/** Waits until something is so, at most 5 s. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 250; tries += 1) {
    if (await isSo()) return
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error('it did not come about within 5 s')
}
