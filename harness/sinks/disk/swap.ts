import { readFile } from 'node:fs/promises'
import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { LetheError, reasonOf } from '../../model/error.ts'
import { withinBudget } from '../budget.ts'
import { pathError } from '../denial.ts'
import { Ledger } from '../ledger.ts'
import type { Emit } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { OwnSwap } from './swap/own-swap.ts'
import { scanSwapArea, swapAreas } from './swap/swap-areas.ts'
import { SwappedText } from './swap/swapped-text.ts'

const SCAN_WITHIN_MS = 10 * 60_000
const LIST = '/proc/swaps'

/**
 * All active swap areas, past the page cache: pages that are in use, and those of processes that have ended.
 *
 * The control is memory of Lethe's own that the kernel was made to put out. Without any area there is no such place: that is said
 * of each scan, and nothing else is claimed.
 *
 * @param list names the areas, in place of /proc/swaps
 */
export function swapSink(declaration: DeclarationOf<'disk-swap'>, list = LIST): Sink {
  return {
    id: `disk:${declaration.name ?? 'swap'}`,
    medium: 'disk',
    tier: 'T1',
    blindTo:
      'pages that were used again, pages that wait compressed in memory (zswap), and compressed data longer than a page, since pages lie there in any order',
    opens: 'before-start',
    open: async context => {
      await areasOf(list)
      return new OpenSwap(list, context, await OwnSwap.watch())
    },
  }
}

async function areasOf(list: string): Promise<string[]> {
  try {
    return await swapAreas(list)
  } catch (error) {
    throw pathError(error, list, 'Run Lethe on Linux with /proc mounted, or drop the sink.')
  }
}

class OpenSwap implements OpenSink {
  readonly #list: string
  readonly #context: SinkContext
  readonly #own: OwnSwap
  #control: SwappedText | null = null

  constructor(list: string, context: SinkContext, own: OwnSwap) {
    this.#own = own
    this.#list = list
    this.#context = context
  }

  async plant(control: Canary): Promise<void> {
    if ((await areasOf(this.#list)).length === 0) {
      throw new LetheError(
        'SINK_DENIED',
        'There was no swap area for the control.',
        'Run again with swap on from the beginning.',
      )
    }
    this.#control = await SwappedText.create(control.text)
  }

  /** How many pages the kernel has put out since its start. */
  async pulse(): Promise<string> {
    const counters = await readFile('/proc/vmstat', 'utf8').catch(() => '')
    return /^pswpout (\d+)$/m.exec(counters)?.[1] ?? ''
  }

  async scan(emit: Emit): Promise<Coverage> {
    const ledger = new Ledger()
    const areas = await areasOf(this.#list)
    if (areas.length === 0) return { ...ledger.coverage(), absent: `${this.#list} names no swap area` }
    const doubt = await this.#own.doubt()
    const unsure: Emit = sighting => emit(sighting.role === 'control' ? sighting : { ...sighting, confirmed: false })
    const budget = { within: SCAN_WITHIN_MS, signal: this.#context.signal }
    const cut = await withinBudget(budget, async signal => {
      for (const area of areas) await this.#area(area, { emit: doubt === null ? emit : unsure, ledger, signal })
    })
    if (doubt !== null) ledger.skip(this.#list, doubt)
    if (cut !== null) ledger.incomplete(this.#list, cut)
    return ledger.coverage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#control?.[Symbol.dispose]()
  }

  async #area(
    path: string,
    { emit, ledger, signal }: { emit: Emit; ledger: Ledger; signal: AbortSignal },
  ): Promise<void> {
    try {
      const { bytes, damaged, gaps } = await scanSwapArea(path, { scanner: this.#context.scanner, emit, signal })
      ledger.bytes += bytes
      ledger.items += 1
      for (const gap of gaps) ledger.incomplete(path, gap)
      if (damaged.length > 0) ledger.skip(path, `${damaged.length} compressed data lie in pieces, as pages do`)
    } catch (error) {
      const mend = error instanceof LetheError ? ` ${error.mend}` : ''
      ledger.incomplete(path, `${reasonOf(error)}${mend}`)
    }
  }
}
