import { Buffer } from 'node:buffer'
import type { Hit, Scanner, ScanStream } from '../../scan/scan.ts'
import type { Ledger } from '../ledger.ts'
import { scanName } from '../names.ts'
import { type Emit, sighted } from '../sighted.ts'

/** A canary has two whole parts of 20 characters; no encoding makes one of them shorter than this. */
const SHORTEST = 16

/** A table as it may be shown: names without canaries. */
export interface ShownTable {
  readonly database: string
  readonly schema: string
  readonly table: string
}

/** Scans the values of a database, each as a stream of its own, so that nothing is found across two cells. */
export class Cells {
  readonly #scanner: Scanner
  readonly #emit: Emit
  readonly #ledger: Ledger

  constructor(scanner: Scanner, emit: Emit, ledger: Ledger) {
    this.#scanner = scanner
    this.#emit = emit
    this.#ledger = ledger
  }

  /** Scans one value that is at hand whole. */
  async value(at: ShownTable, column: string, row: string, value: string | Uint8Array): Promise<void> {
    if (value.length < SHORTEST) this.#ledger.bytes += Buffer.byteLength(value)
    else await this.inPieces(at, column, row, async stream => stream.push(Buffer.from(value)))
  }

  /** Scans one value that `write` pushes piece by piece. */
  async inPieces(
    at: ShownTable,
    column: string,
    row: string,
    write: (stream: Pick<ScanStream, 'push'>) => Promise<void>,
  ): Promise<void> {
    const hits: Hit[] = []
    const stream = this.#scanner.open(hit => hits.push(hit))
    try {
      await write(stream)
    } finally {
      const { bytes, incomplete } = await stream.end()
      this.#ledger.bytes += bytes
      for (const reason of incomplete) this.#ledger.incomplete(`${textOf(at)}.${column} row ${row}`, reason)
      for (const hit of hits) this.#emit(sighted(hit, { kind: 'cell', ...at, column, row }))
    }
  }

  /** Scans a name, reports what is in it, and returns it as it may be shown. `where` says whose name it is. */
  async name(where: string, name: string): Promise<string> {
    const { shown, hits } = await scanName(this.#scanner, name)
    for (const hit of hits) this.#emit(sighted(hit, { kind: 'name', path: `${where}.${shown}` }))
    return shown
  }
}

export function textOf({ database, schema, table }: ShownTable): string {
  return `${database}.${schema}.${table}`
}
