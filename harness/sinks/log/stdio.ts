import type { Canary } from '../../model/canary.ts'
import type { DeclarationOf } from '../../model/declaration.ts'
import { withinBudget } from '../budget.ts'
import { Ledger } from '../ledger.ts'
import { LiveScan } from '../live-scan.ts'
import { Seen } from '../seen.ts'
import type { Emit } from '../sighted.ts'
import type { Coverage, OpenSink, Sink, SinkContext } from '../sink.ts'
import { controlLine } from './control-line.ts'
import { Inventory } from './inventory.ts'
import { Lines } from './lines.ts'

const SCAN_WITHIN_MS = 60_000

export type StdioStream = DeclarationOf<'stdio'>['stream']

/** The standard streams of the process under test, as the driver that starts it gives them. */
export interface Stdio {
  /** Everything from now on, live and in order. A chunk that was handed over is not changed afterwards. */
  subscribe(stream: StdioStream, onChunk: (chunk: Uint8Array) => void, onEnd: () => void): void
  /** The line is written through the process's own descriptor just before the program is executed. */
  plantAtStart(stream: StdioStream, line: string): void
}

/**
 * Standard output or error of the process that Lethe starts. Scanned as it comes, nothing is kept. The control is a
 * line that the process's own descriptor carries before the program's first byte.
 */
export function stdioSink(declaration: DeclarationOf<'stdio'>, stdio: Stdio): Sink {
  return {
    id: `log:${declaration.name ?? declaration.stream}`,
    medium: 'log',
    tier: 'T0',
    blindTo: null,
    opens: 'before-start',
    open: async context => new OpenStream(declaration.stream, stdio, context),
  }
}

class OpenStream implements OpenSink {
  readonly #name: StdioStream
  readonly #stdio: Stdio
  readonly #context: SinkContext
  readonly #live: LiveScan
  readonly #seen = new Seen()
  readonly #inventory = new Inventory()
  readonly #lines: Lines
  readonly #gaps = new Set<string>()
  #count = 0
  #closed = false

  constructor(name: StdioStream, stdio: Stdio, context: SinkContext) {
    this.#name = name
    this.#stdio = stdio
    this.#context = context
    this.#live = new LiveScan({
      scanner: context.scanner,
      place: { kind: 'stream', name },
      keep: sighting => this.#seen.add(sighting),
      gap: reason => this.#gaps.add(reason),
    })
    this.#lines = new Lines(line => {
      this.#count += 1
      this.#inventory.add(line, name)
    })
    stdio.subscribe(
      name,
      chunk => this.#onChunk(chunk),
      () => this.#lines.end(),
    )
  }

  async plant(control: Canary): Promise<void> {
    const line = controlLine(control)
    this.#inventory.ignore(line)
    this.#stdio.plantAtStart(this.#name, line)
  }

  async pulse(): Promise<string> {
    return String(this.#live.bytes)
  }

  async scan(emit: Emit): Promise<Coverage> {
    const ledger = new Ledger()
    const cut = await withinBudget({ within: SCAN_WITHIN_MS, signal: this.#context.signal }, () => this.#live.flush())
    this.#seen.replay(emit)
    ledger.bytes = this.#live.bytes
    ledger.items = this.#count
    if (cut !== null) ledger.incomplete(this.#name, cut)
    if (this.#seen.lost > 0) ledger.incomplete(this.#name, `${this.#seen.lost} sightings were not kept`)
    if (this.#inventory.gap !== null) ledger.incomplete(this.#name, this.#inventory.gap)
    for (const reason of this.#gaps) ledger.incomplete(this.#name, reason)
    return ledger.coverage(this.#inventory.list())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
  }

  #onChunk(chunk: Uint8Array): void {
    if (this.#closed) return
    this.#live.push(chunk)
    this.#lines.push(chunk)
  }
}
